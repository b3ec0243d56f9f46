package dev.penstock.dataplane.app;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

import io.netty.channel.EventLoop;

/** Does work on an event loop and waits for it: for the thread that tells of resources, which may block; a loop never may. */
final class OnLoop {
    private OnLoop() {}

    /** The result of the work, or the exception that it threw. */
    static <T> T get(EventLoop loop, Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, loop).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** As {@link #get}, without a result. */
    static void run(EventLoop loop, Runnable work) {
        CompletableFuture.runAsync(work, loop).join();
    }
}
