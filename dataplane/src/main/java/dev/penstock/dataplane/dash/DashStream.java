package dev.penstock.dataplane.dash;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

import dev.penstock.dataplane.dash.manifest.Manifest;
import dev.penstock.dataplane.dash.manifest.ManifestConfig;
import dev.penstock.dataplane.http.PreparedText;
import dev.penstock.dataplane.segment.CmafView;
import dev.penstock.dataplane.segment.CmafWindow;

/** A stream's window and its newest manifest, made when somebody asks for it. Any thread. */
final class DashStream {
    private final DashOutput output;
    private final ManifestConfig config;
    private final InstantSource clock;
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile Prepared newest = new Prepared(Manifest.NONE, new PreparedText(""));

    /** A manifest and its bytes. */
    record Prepared(Manifest manifest, PreparedText text) {}

    DashStream(DashOutput output, String timeUrl, InstantSource clock) {
        this.output = output;
        this.clock = clock;
        config = ManifestConfig.of(output.window().config(), output.lowLatency(), timeUrl);
    }

    DashOutput output() {
        return output;
    }

    CmafWindow window() {
        return output.window();
    }

    /** Requests that wait for the first segment. */
    AtomicInteger waiting() {
        return waiting;
    }

    /** The manifest of what is listed now. */
    Prepared now() {
        Prepared last = newest;
        if (isOld(last)) {
            synchronized (this) {
                // Requests of many loops come at once: one of them makes it.
                last = newest;
                if (isOld(last)) {
                    CmafView view = window().view();
                    Manifest next = last.manifest().next(view, config, clock.instant());
                    boolean same = next.text().equals(last.manifest().text());
                    last = new Prepared(next, same ? last.text() : new PreparedText(next.text()));
                    newest = last;
                }
            }
        }
        return last;
    }

    /** The manifest that was made last; nothing is made. */
    Manifest last() {
        return newest.manifest();
    }

    @SuppressWarnings("ReferenceEquality") // A view is never changed: the same one says the same.
    private boolean isOld(Prepared prepared) {
        return prepared.manifest().view() != window().view();
    }
}
