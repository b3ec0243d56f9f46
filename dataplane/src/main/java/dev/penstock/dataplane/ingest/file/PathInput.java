package dev.penstock.dataplane.ingest.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.Confine;
import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.OffLoop;
import dev.penstock.dataplane.ingest.input.SourceUrl;

/** A {@code file:} URL: a regular file is paced, anything else that can be read is read as it comes. One owner: the event loop. */
public final class PathInput implements Input {
    private final SourceUrl url;
    private final boolean loop;
    private final Confine confine;
    private final InputSettings settings;
    private final InputEvents events;
    private @Nullable Input chosen;
    private boolean closed;

    /**
     * @param url whose path is the file's
     * @param loop start a regular file again at its end
     * @param confine where the file may lie
     */
    public PathInput(SourceUrl url, boolean loop, Confine confine, InputSettings settings, InputEvents events) {
        this.url = url;
        this.loop = loop;
        this.confine = confine;
        this.settings = settings;
        this.events = events;
    }

    @Override
    public void start() {
        OffLoop.call(settings.loop(), this::look, this::choose, this::fail);
    }

    @Override
    public void close() {
        closed = true;
        if (chosen != null) {
            chosen.close();
        }
    }

    /** What the path leads to, and whether that is a regular file: found once, so no link can change it afterwards. */
    private record Target(SourceUrl url, boolean regular) {}

    private Target look() throws IOException {
        Path path = confine.resolve(Path.of(url.path()));
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (attributes.isDirectory()) {
            throw new IOException("a folder (expected: a file or FIFO)");
        }
        if (!Files.isReadable(path)) {
            throw new java.nio.file.AccessDeniedException(url.path());
        }
        SourceUrl real = new SourceUrl(url.scheme(), url.host(), url.port(), path.toString(), url.rawQuery(),
                url.userInfo());
        return new Target(real, attributes.isRegularFile());
    }

    private void choose(Target target) {
        if (!closed) {
            chosen = target.regular()
                    ? new FileInput(target.url(), loop, settings, events)
                    : new FifoInput(target.url(), settings, events);
            chosen.start();
        }
    }

    private void fail(String reason) {
        if (!closed) {
            events.ended(url.remote() + ": " + reason, false);
        }
    }
}
