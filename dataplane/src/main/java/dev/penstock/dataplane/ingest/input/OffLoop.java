package dev.penstock.dataplane.ingest.input;

import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;

/** Does short work that may block (names, files, trust stores) on a virtual thread and comes back to the event loop. */
public final class OffLoop {
    private OffLoop() {}

    /**
     * Work that may block.
     *
     * @param <T> its result
     */
    @FunctionalInterface
    public interface Work<T> {
        /** Does it. */
        T call() throws java.io.IOException;
    }

    /**
     * Starts the work.
     *
     * @param done hears the result on the event loop
     * @param failed hears why there is none, on the event loop
     */
    public static <T> void call(EventLoop loop, Work<T> work, Consumer<T> done, Consumer<String> failed) {
        Thread.ofVirtual().name("penstock-ingest").start(() -> {
            Runnable next;
            try {
                T result = work.call();
                next = () -> done.accept(result);
            } catch (java.io.IOException | RuntimeException e) {
                String reason = Reasons.of(e);
                next = () -> failed.accept(reason);
            }
            try {
                loop.execute(next);
            } catch (RejectedExecutionException e) {
                // The process ends: nobody is left to hear.
                return;
            }
        });
    }
}
