package dev.penstock.dataplane.ingest.rtsp;

import java.util.concurrent.TimeUnit;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.Channels;

/**
 * Lets the kernel collect what a camera sends for about {@link #COLLECT_MILLIS} before it wakes the event loop (SO_RCVLOWAT), as most
 * of what a camera costs is being woken. The amount follows the rate, looked at once a second: a camera that slows down is late by a
 * second at most, once. One owner: the event loop.
 */
final class ReadPacer {
    /** How long bytes may wait. */
    static final int COLLECT_MILLIS = 100;

    private static final int LOOK_MILLIS = 1000;
    private static final int MAX_BYTES = 16 * 1024;

    private final Channel channel;
    private @Nullable Future<?> looks;
    private long bytes;
    private int atLeast = 1;

    ReadPacer(Channel channel) {
        this.channel = channel;
    }

    /** Media flows from now on. */
    void start() {
        looks = channel.eventLoop().scheduleAtFixedRate(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Bytes came. */
    void read(int count) {
        bytes += count;
    }

    private void look() {
        int wanted = Math.clamp(bytes * COLLECT_MILLIS / LOOK_MILLIS, 1, MAX_BYTES);
        bytes = 0;
        boolean isNear = wanted > atLeast / 2 && wanted < atLeast * 2;
        if (!isNear) {
            atLeast = wanted;
            Channels.wakeAt(channel, atLeast);
        }
    }

    void stop() {
        if (looks != null) {
            looks.cancel(false);
        }
    }
}
