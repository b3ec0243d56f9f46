package dev.penstock.dataplane.hub;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;

import dev.penstock.dataplane.media.SourceInfo;

/** A hub on an event loop that runs when told, with a clock that stands still until told. */
public final class HubFixture {
    public static final SourceInfo SOURCE = new SourceInfo("http", "http://camera", 0);
    public static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    public final MockTicker ticker = Ticker.newMockTicker();
    public final EmbeddedChannel loopChannel = EmbeddedChannel.builder().ticker(ticker).build();
    public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    public final Hub hub;
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final long startNanos = ticker.nanoTime();

    public HubFixture(HubConfig config) {
        hub = new Hub("ns/cam", loopChannel.eventLoop(), allocator, config, this::now,
                new HubMetrics(registry));
    }

    /** Wall clock: starts at {@link #START}, moves with the ticker. */
    public Instant now() {
        return START.plusNanos(ticker.nanoTime() - startNanos);
    }

    /** What the hub allocates from. */
    public UnpooledByteBufAllocator allocator() {
        return allocator;
    }

    /** Bytes of native memory that the hub and its chunks hold. */
    public long memory() {
        return allocator.metric().usedDirectMemory();
    }

    public void feed(List<byte[]> packets) {
        // Ingests deliver at most 64 KiB at a time.
        for (int i = 0; i < packets.size(); i += 340) {
            hub.packets(TsMaker.buffer(packets.subList(i, Math.min(packets.size(), i + 340))));
        }
    }

    public void feed(ByteBuf packets) {
        hub.packets(packets);
    }

    public void pass(Duration time) {
        ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
        loopChannel.runScheduledPendingTasks();
        loopChannel.runPendingTasks();
    }
}
