package dev.penstock.dataplane.ingest.command;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ffmpeg.FfmpegPrograms;
import dev.penstock.dataplane.ingest.input.BlockingFeed;
import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.Reasons;

/**
 * Runs a program and reads its standard output. No shell; standard input is empty; of the environment only what programs need
 * to run. What it says on standard error goes to the log. To stop it: SIGTERM, then SIGKILL, to it and the programs that it
 * started. A bare {@code ffmpeg} is the one that comes with Penstock.
 *
 * <p>Two threads of its own read, not virtual ones: they block in the kernel, and would hold carrier threads.
 */
public final class CommandInput implements Input {
    private static final Set<String> ENVIRONMENT = Set.of("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR",
            "LD_LIBRARY_PATH");
    private static final int EXIT_SECONDS = 5;

    private final List<String> command;
    private final InputSettings settings;
    private final InputEvents events;
    private final BlockingFeed feed;
    private final String name;
    private volatile @Nullable Process process;
    private @Nullable Thread reader;

    /**
     * @param command argument list, program first; not empty
     */
    public CommandInput(List<String> command, InputSettings settings, InputEvents events) {
        this.command = List.copyOf(command);
        this.settings = settings;
        this.events = events;
        this.feed = new BlockingFeed(settings, events);
        this.name = name(command);
    }

    /** The program's name without folders and arguments, which may hold secrets. */
    public static String name(List<String> command) {
        Path file = Path.of(command.getFirst()).getFileName();
        return file == null ? command.getFirst() : file.toString();
    }

    @Override
    public void start() {
        reader = Thread.ofPlatform().daemon().name("penstock-command").start(this::run);
    }

    @Override
    public void close() {
        feed.close();
        if (reader != null) {
            reader.interrupt();
        }
        Process running = process;
        if (running != null) {
            stop(running);
        }
    }

    private void stop(Process running) {
        List<ProcessHandle> family = new java.util.ArrayList<>(running.descendants().toList());
        family.add(running.toHandle());
        family.forEach(ProcessHandle::destroy);
        settings.loop().schedule(() -> family.forEach(ProcessHandle::destroyForcibly),
                settings.killAfter().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void run() {
        try {
            ProcessBuilder builder = FfmpegPrograms.process(command);
            builder.environment().keySet().retainAll(ENVIRONMENT);
            builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
            Process started = builder.start();
            process = started;
            if (feed.closed()) {
                settings.loop().execute(() -> stop(started));
                return;
            }
            LineLog log = new LineLog(name, settings.loop().ticker());
            Thread.ofPlatform().daemon().name("penstock-command-log").start(() -> log.read(started.getErrorStream()));
            readOutput(started.getInputStream());
            String end = started.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)
                    ? "ended with status " + started.exitValue()
                    : "closed its standard output";
            feed.then(() -> events.ended(name + " " + end, false));
        } catch (IOException e) {
            feed.then(() -> events.ended(name + ": cannot start: " + Reasons.of(e), false));
        } catch (IllegalStateException e) {
            feed.then(() -> events.ended(name + ": " + e.getMessage(), false));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readOutput(InputStream out) throws InterruptedException {
        byte[] bytes = new byte[settings.bufferBytes()];
        try (out) {
            for (int read = out.read(bytes); read >= 0; read = out.read(bytes)) {
                ByteBuf buffer = PooledByteBufAllocator.DEFAULT.buffer(read).writeBytes(bytes, 0, read);
                if (!feed.send(buffer)) {
                    return;
                }
            }
        } catch (IOException e) {
            // The pipe breaks when the program is killed: its status tells the rest.
            return;
        }
    }
}
