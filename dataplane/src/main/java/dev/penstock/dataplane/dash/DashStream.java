package dev.penstock.dataplane.dash;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.dash.manifest.Manifest;
import dev.penstock.dataplane.dash.manifest.ManifestConfig;
import dev.penstock.dataplane.http.PreparedText;
import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafView;
import dev.penstock.dataplane.segment.CmafWindow;

/** A stream's window and its newest manifest, made when somebody asks for it. Any thread. */
final class DashStream {
    private final DashOutput output;
    private final ManifestConfig config;
    private final InstantSource clock;
    private final AtomicInteger waiting = new AtomicInteger();
    private final SegmentTimes times = new SegmentTimes();
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

    /** Requests that wait for it. */
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
                    times.listed(view);
                    Manifest next = last.manifest().next(view, config, clock.instant());
                    boolean same = next.text().equals(last.manifest().text());
                    last = new Prepared(next, same ? last.text() : new PreparedText(next.text()));
                    newest = last;
                }
            }
        }
        return last;
    }

    /**
     * A complete segment by its first tick.
     *
     * @return owned by the caller
     */
    Optional<ByteBuf> segment(String rendition, long ticks) {
        now();
        OptionalLong sequence = times.sequence(rendition, ticks);
        return sequence.isPresent() ? window().segment(rendition, sequence.getAsLong()) : Optional.empty();
    }

    /** Whether a tick is where the segment begins that follows the newest complete one. */
    boolean isNext(String rendition, long ticks) {
        CmafView view = window().view();
        List<CmafSegment> segments = view.rendition(rendition).map(CmafRendition::segments).orElse(List.of());
        if (segments.isEmpty() || view.ended()) {
            return false;
        }
        CmafSegment last = segments.getLast();
        return ticks == (last.complete() ? last.startTicks() + last.durationTicks() : last.startTicks());
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
