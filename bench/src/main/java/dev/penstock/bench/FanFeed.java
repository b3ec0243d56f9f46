package dev.penstock.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Publishes streams to a server by RTMP at their own pace, every frame stamped with the time. A thread of its own. */
final class FanFeed implements AutoCloseable {
    private static final long DRAIN_NANOS = 1_000_000_000L;

    private final List<RtmpPublisher> publishers = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "feed");
    private final long zero;
    private volatile boolean stopped;

    /** Publishes the streams so named to a server on this machine. */
    FanFeed(int rtmpPort, List<String> names, FlvTags tags) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), rtmpPort);
        for (String name : names) {
            publishers.add(new RtmpPublisher(address, name, tags, 0,
                    tag -> Stamps.into(tag, System.nanoTime())));
        }
        zero = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(publishers.getFirst().dueMs());
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        ByteBuffer scratch = ByteBuffer.allocateDirect(1 << 16);
        long drain = System.nanoTime() + DRAIN_NANOS;
        while (!stopped) {
            long now = System.nanoTime();
            long next = now + DRAIN_NANOS;
            for (int i = 0; i < publishers.size(); i++) {
                next = Math.min(next, send(publishers.get(i), now - phase(i)) + phase(i));
            }
            if (now > drain) {
                drain = now + DRAIN_NANOS;
                publishers.forEach(each -> each.drain(scratch));
            }
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    /** Streams do not have their frames at the same moment. */
    private long phase(int i) {
        return 40_000_000L * i / publishers.size();
    }

    /** Sends what is due; when the next is. */
    private long send(RtmpPublisher publisher, long now) {
        long due = zero + TimeUnit.MILLISECONDS.toNanos(publisher.dueMs());
        while (due <= now) {
            publisher.send();
            if (publisher.isBroken()) {
                throw new IllegalStateException("the server broke a publisher off");
            }
            due = zero + TimeUnit.MILLISECONDS.toNanos(publisher.dueMs());
        }
        return due;
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (RtmpPublisher publisher : publishers) {
            publisher.close();
        }
    }
}
