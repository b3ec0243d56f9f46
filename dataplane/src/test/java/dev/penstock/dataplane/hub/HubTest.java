package dev.penstock.dataplane.hub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.media.ts.TsFault;

import static dev.penstock.dataplane.hub.HubFixture.SOURCE;
import static org.assertj.core.api.Assertions.assertThat;

class HubTest {
    private static final Duration TICK = Duration.ofMillis(50);

    private final HubFixture fixture = new HubFixture(HubConfig.DEFAULT);
    private final TsMaker ts = new TsMaker(true, 1);
    private final List<Chunk> chunks = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();

    private void listen() {
        fixture.hub.listen(new ChunkListener() {
            @Override
            public void chunk(Chunk chunk) {
                chunks.add(chunk.retain());
            }

            @Override
            public void interrupted() {
                calls.add("interrupted");
            }

            @Override
            public void ended() {
                calls.add("ended");
            }
        }, true);
    }

    @AfterEach
    void shouldReleaseEverythingWhenClosed() {
        fixture.hub.close();
        for (Chunk chunk : chunks) {
            assertThat(chunk.refCnt()).isEqualTo(1);
            chunk.release();
            assertThat(chunk.data().refCnt()).isZero();
        }
    }

    private static byte[] bytes(List<byte[]> packets) {
        return ByteBufUtil.getBytes(TsMaker.buffer(packets));
    }

    private byte[] received() {
        var all = Unpooled.buffer();
        chunks.forEach(c -> all.writeBytes(c.data().duplicate()));
        return ByteBufUtil.getBytes(all);
    }

    @Test
    void shouldPassPacketsUnchangedFromTheFirstKeyAccessUnitOn() {
        listen();
        fixture.hub.begin(SOURCE);
        List<byte[]> kept = new ArrayList<>();
        fixture.feed(ts.psi());
        fixture.feed(ts.frame(0, false, 500));
        for (int i = 1; i < 60; i++) {
            List<byte[]> frame = new ArrayList<>(ts.frame(i, i % 25 == 1, 3000));
            frame.addAll(ts.psi());
            frame.add(ts.stuffing());
            fixture.feed(frame);
            kept.addAll(frame);
            fixture.pass(Duration.ofMillis(40));
        }
        fixture.pass(TICK);
        assertThat(received()).isEqualTo(bytes(kept));
        assertThat(chunks.getFirst().key()).isTrue();
        assertThat(chunks).filteredOn(Chunk::key).hasSize(3)
                .allSatisfy(c -> assertThat(c.marks().getFirst().offset()).isZero());
        assertThat(chunks).noneMatch(Chunk::discontinuity);
        assertThat(fixture.hub.stats().keyIntervalMs()).isEqualTo(1000);
        assertThat(fixture.hub.stats().faults()).isZero();
    }

    @Test
    void shouldSealAtFlushIntervalAndOnlyWhileDataFlows() {
        listen();
        fixture.hub.begin(SOURCE);
        fixture.feed(ts.psi());
        fixture.feed(ts.frame(0, true, 500));
        assertThat(chunks).isEmpty();
        fixture.pass(Duration.ofMillis(49));
        assertThat(chunks).isEmpty();
        fixture.pass(Duration.ofMillis(1));
        assertThat(chunks).hasSize(1);
        assertThat(fixture.loopChannel.runScheduledPendingTasks()).isEqualTo(-1);
    }

    @Test
    void shouldSealAtSizeBound() {
        listen();
        fixture.hub.begin(SOURCE);
        fixture.feed(ts.psi());
        fixture.feed(ts.frame(0, true, 600_000));
        assertThat(chunks).hasSize(2)
                .allSatisfy(c -> assertThat(c.bytes()).isLessThanOrEqualTo(256 << 10).isGreaterThan(192 << 10));
        fixture.pass(TICK);
        assertThat(chunks).hasSize(3);
    }

    @Test
    void shouldMarkTablesAndContinuity() {
        listen();
        fixture.hub.begin(SOURCE);
        fixture.feed(ts.psi());
        List<byte[]> frame = new ArrayList<>(ts.frame(0, true, 10));
        frame.addAll(ts.psi());
        frame.addAll(ts.audio(0, 90_000, 10));
        fixture.feed(frame);
        fixture.pass(TICK);
        Chunk chunk = chunks.getFirst();
        assertThat(chunk.tableCount()).isEqualTo(2);
        assertThat(List.of(chunk.tableOffset(0), chunk.tableOffset(1))).containsExactly(188, 376);
        assertThat(chunk.continuity().last(0)).isZero();
        assertThat(chunk.continuity().last(TsMaker.PMT_PID)).isZero();
        assertThat(chunk.continuity().last(TsMaker.VIDEO_PID)).isEqualTo(-1);
        assertThat(chunk.marks()).extracting(m -> m.pes().pid()).containsExactly(TsMaker.VIDEO_PID, TsMaker.AUDIO_PID);
        assertThat(chunk.marks()).extracting(Chunk.Mark::offset).containsExactly(0, 564);
    }

    @Test
    void shouldKeepLastGopBeyondDurationButNotBeyondBytes() {
        fixture.hub.begin(SOURCE);
        fixture.feed(ts.psi());
        for (int i = 0; i < 25 * 30; i++) {
            fixture.feed(ts.frame(i, i == 0, 2000));
            fixture.pass(Duration.ofMillis(40));
        }
        fixture.pass(TICK);
        assertThat(fixture.hub.ring().newestKey()).isZero();
        assertThat(fixture.hub.ring().first()).isZero();
        fixture.feed(ts.frame(25 * 30, true, 2000));
        fixture.pass(Duration.ofMillis(50));
        Chunk first = fixture.hub.ring().get(fixture.hub.ring().first());
        assertThat(fixture.now().toEpochMilli() - first.wallMs()).isLessThan(10_200);
        for (int i = 0; i < 300; i++) {
            fixture.feed(ts.frame(25 * 30 + i, false, 200_000));
        }
        assertThat(fixture.hub.ring().bytes()).isLessThanOrEqualTo(HubConfig.DEFAULT.ringBytes());
        assertThat(fixture.hub.ring().newestKey()).isEqualTo(-1);
    }

    @Test
    void shouldMarkDiscontinuityAndWaitForKeyWhenSourceChanges() {
        listen();
        fixture.hub.begin(SOURCE);
        fixture.feed(ts.psi());
        fixture.feed(ts.frame(0, true, 500));
        fixture.hub.end("gone");
        assertThat(calls).containsExactly("interrupted");
        assertThat(chunks).hasSize(1);
        fixture.feed(ts.frame(1, true, 500));
        assertThat(chunks).as("packets between end and begin").hasSize(1);
        fixture.hub.begin(SOURCE);
        TsMaker second = new TsMaker(true, 1);
        fixture.feed(second.psi());
        fixture.feed(second.frame(500, false, 500));
        fixture.feed(second.frame(501, true, 500));
        fixture.pass(TICK);
        // The tables of the second source stand in a chunk of their own: a key access unit starts its chunk.
        assertThat(chunks).extracting(Chunk::discontinuity).containsExactly(false, true, false);
        assertThat(chunks).extracting(Chunk::key).containsExactly(true, false, true);
        long first = chunks.getFirst().marks().getFirst().pes().dts();
        assertThat(chunks.getLast().marks().getFirst().pes().dts()).isEqualTo(first + TsMaker.FRAME);
        assertThat(fixture.hub.stats().discontinuities()).isEqualTo(1);
        fixture.hub.close();
        assertThat(calls).containsExactly("interrupted", "ended");
    }

    @Test
    void shouldMarkDiscontinuityWhenThePcrJumps() {
        listen();
        fixture.hub.begin(SOURCE);
        fixture.feed(ts.psi());
        fixture.feed(ts.frame(0, true, 500));
        fixture.feed(ts.frame(1, false, 500));
        fixture.feed(ts.frame(1000, false, 500));
        fixture.feed(ts.frame(1001, false, 500));
        fixture.pass(TICK);
        assertThat(chunks).extracting(Chunk::discontinuity).containsExactly(false, true);
        assertThat(chunks.get(1).marks()).hasSize(2);
        assertThat(fixture.registry.counter("penstock.hub.faults", "kind", TsFault.PCR_JUMP.name().toLowerCase())
                .count()).isEqualTo(1);
    }

    @Test
    void shouldServeAudioOnlyWithAKeyEachHalfSecond() {
        listen();
        TsMaker audio = new TsMaker(false, 1);
        fixture.hub.begin(SOURCE);
        fixture.feed(audio.psi());
        for (int i = 0; i < 50; i++) {
            fixture.feed(audio.audio(0, 90_000 + i * 3600, 300));
            fixture.pass(Duration.ofMillis(40));
        }
        fixture.pass(TICK);
        assertThat(chunks).filteredOn(Chunk::key).hasSize(4);
    }

    @Test
    void shouldReplayFromTheOldestKeyToLateListeners() {
        fixture.hub.begin(SOURCE);
        fixture.feed(ts.psi());
        for (int i = 0; i < 10; i++) {
            fixture.feed(ts.frame(i, i == 0 || i == 5, 500));
            fixture.pass(TICK);
        }
        listen();
        assertThat(chunks.getFirst().key()).isTrue();
        assertThat(chunks).hasSize(10);
    }

    @Test
    void shouldTellBitrateAndSilence() {
        fixture.hub.begin(SOURCE);
        fixture.feed(ts.psi());
        for (int i = 0; i < 100; i++) {
            fixture.feed(ts.frame(i, i == 0, 2500));
            fixture.pass(Duration.ofMillis(40));
        }
        assertThat(fixture.hub.stats().bitsPerSecond()).isBetween(500_000L, 600_000L);
        fixture.pass(Duration.ofSeconds(5));
        assertThat(fixture.hub.stats().bitsPerSecond()).isZero();
        assertThat(fixture.hub.stats().nanosSincePacket()).isGreaterThan(5_000_000_000L);
    }

    @Test
    void shouldRefuseCallsFromOtherThreads() throws Exception {
        var real = new io.netty.util.concurrent.DefaultEventExecutor();
        Hub hub = new Hub("ns/x", real, Unpooled.buffer().alloc(), HubConfig.DEFAULT, fixture::now,
                new HubMetrics(new io.micrometer.core.instrument.simple.SimpleMeterRegistry()));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> hub.begin(SOURCE))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("ns/x");
        real.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS).sync();
    }
}
