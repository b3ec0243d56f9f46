package dev.penstock.dataplane.placement;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks up names of pods, each time anew: a pod that was replaced has another address. On two threads of its own, because that
 * blocks in the kernel, where it would hold an event loop or the carrier of virtual threads. Any thread.
 */
final class PeerAddresses {
    private static final int WAITING = 512;

    private final Lookup lookup;
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(2, 2, 10, TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            task -> Thread.ofPlatform().name("peer-names").daemon().unstarted(task));

    /** Looks up an address; blocks. */
    @FunctionalInterface
    interface Lookup {
        /** The address of a host. */
        InetAddress of(String host) throws UnknownHostException;
    }

    PeerAddresses(Lookup lookup) {
        this.lookup = lookup;
        threads.allowCoreThreadTimeOut(true);
    }

    /** The address of a host; fails with {@link PeerException}, whose message is for people. */
    CompletableFuture<InetAddress> find(String host) {
        CompletableFuture<InetAddress> found = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                try {
                    found.complete(lookup.of(host));
                } catch (UnknownHostException e) {
                    found.completeExceptionally(new PeerException("the name " + host + " is not known"));
                } catch (RuntimeException e) {
                    found.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            found.completeExceptionally(new PeerException("too many names are being looked up"));
        }
        return found;
    }

    void close() {
        threads.shutdownNow();
    }
}
