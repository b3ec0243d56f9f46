package dev.penstock.dataplane.hub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.ts.PesStart;
import dev.penstock.dataplane.media.ts.Psi;
import dev.penstock.dataplane.media.ts.SampleFixtures;
import dev.penstock.dataplane.media.ts.SampleFixtures.Media;
import dev.penstock.dataplane.media.ts.SampleFixtures.Unit;
import dev.penstock.dataplane.media.ts.TsEvents;
import dev.penstock.dataplane.media.ts.TsFault;
import dev.penstock.dataplane.media.ts.TsParser;

import static dev.penstock.dataplane.hub.HubFixture.SOURCE;
import static org.assertj.core.api.Assertions.assertThat;

class SampleHubTest {
    private static final Media CAMERA = SampleFixtures.of("h264-aac.ts");
    private static final Media OTHER = SampleFixtures.of("h264-ntsc-320.ts");
    /** Media time of one round of the camera: 3.1 s. */
    private static final long ROUND = 279_000;

    private final HubFixture fixture = new HubFixture(HubConfig.DEFAULT);
    private final Hub hub = fixture.hub;
    private final List<Chunk> chunks = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();

    @BeforeEach
    void listen() {
        hub.listen(new ChunkListener() {
            @Override
            public void chunk(Chunk chunk) {
                chunks.add(chunk.retain());
            }

            @Override
            public void interrupted() {
                calls.add("interrupted");
            }

            @Override
            public void asleep() {
                calls.add("asleep");
            }
        }, false);
    }

    @AfterEach
    void shouldReleaseEverythingWhenClosed() {
        hub.close();
        chunks.forEach(Chunk::release);
        assertThat(fixture.memory()).isZero();
    }

    @Test
    void shouldMuxNothingAndHoldNoTimerWhileNobodyWantsTheStream() {
        begin(CAMERA);
        play(CAMERA, 0, 2);
        assertThat(chunks).isEmpty();
        assertThat(fixture.loopChannel.runScheduledPendingTasks()).isEqualTo(-1);
        assertThat(hub.ring().isEmpty()).isTrue();
        assertThat(hub.stats().bytes()).isPositive();
        assertThat(hub.stats().keyIntervalMs()).isEqualTo(1000);
        assertThat(hub.stats().tracks()).hasSize(2);
        assertThat(hub.stats().frameRate()).isEqualTo(25);
    }

    @Test
    void shouldKeepNoMoreThanTheRingsDurationAndAGroup() {
        begin(CAMERA);
        play(CAMERA, 0, 20);
        long bytes = CAMERA.units().stream().mapToLong(u -> u.data().length + SampleRing.HEADER).sum();
        // 10 s, a group of 1 s, and a part of a block at both ends.
        assertThat(fixture.memory()).isBetween(bytes * 100 / 31,
                bytes * 112 / 31 + 2 * SampleRing.BLOCK);
    }

    @Test
    void shouldStartAtTheOldestKeyOfTheRingWhenTheFirstComes() {
        begin(CAMERA);
        play(CAMERA, 0, 4);
        long before = fixture.now().toEpochMilli();
        Demand.Lease lease = hub.demand().acquire();

        assertThat(chunks.getFirst().key()).isTrue();
        assertThat(chunks.getFirst().discontinuity()).isFalse();
        assertThat(chunks).filteredOn(Chunk::key).hasSizeBetween(10, 12);
        assertThat(before - chunks.getFirst().wallMs()).isBetween(10_000L, 11_100L);
        assertThat(hub.ring().newestKey()).isPositive();
        assertThat(fixture.now().toEpochMilli() - hub.ring().get(hub.ring().newestKey()).wallMs()).isLessThan(1100);

        int replayed = chunks.size();
        play(CAMERA, 4, 1);
        assertThat(chunks.size() - replayed).isBetween(40, 80);
        assertContinuous();
        assertThat(calls).isEmpty();
        lease.close();
    }

    @Test
    void shouldHandOnWithinAFlushIntervalWhileAwake() {
        begin(CAMERA);
        hub.demand().acquire();
        Unit key = CAMERA.units().stream().filter(u -> u.track() == 0 && u.key()).findFirst().orElseThrow();
        hub.sample(key.sample());
        assertThat(chunks).isEmpty();
        fixture.pass(Duration.ofMillis(50));
        assertThat(chunks).hasSize(1);
        assertThat(fixture.loopChannel.runScheduledPendingTasks()).isEqualTo(-1);
    }

    @Test
    void shouldSleepAtAKeyWhenNobodyHasWantedItForAWhile() {
        begin(CAMERA);
        play(CAMERA, 0, 1);
        hub.demand().touch();
        play(CAMERA, 1, 9);
        assertThat(calls).isEmpty();
        play(CAMERA, 10, 2);
        assertThat(calls).containsExactly("asleep");
        assertThat(hub.ring().isEmpty()).isTrue();
        int awake = chunks.size();
        play(CAMERA, 12, 3);
        assertThat(chunks).hasSize(awake);

        hub.demand().touch();
        assertThat(chunks.size()).isGreaterThan(awake);
        Chunk first = chunks.get(awake);
        assertThat(first.discontinuity()).isTrue();
        assertThat(first.key()).isTrue();
        assertThat(first.sequence()).isEqualTo(chunks.get(awake - 1).sequence() + 1);
        assertThat(chunks.subList(awake + 1, chunks.size())).noneMatch(Chunk::discontinuity);
    }

    @Test
    void shouldGoOnWithOneDiscontinuityWhenTheSourceReconnects() {
        begin(CAMERA);
        hub.demand().acquire();
        play(CAMERA, 0, 1);
        hub.end("gone");
        assertThat(calls).containsExactly("interrupted");
        begin(CAMERA);
        // Another origin of time, as an encoder that starts anew has.
        play(CAMERA, -20, 1);
        fixture.pass(Duration.ofMillis(50));
        assertThat(chunks).filteredOn(Chunk::discontinuity).hasSize(1);
        assertContinuous();
    }

    @Test
    void shouldKeepPidsWhenAnotherSourceOfSamplesTakesOver() {
        begin(CAMERA);
        hub.demand().acquire();
        play(CAMERA, 0, 1);
        hub.end("gone");
        begin(OTHER);
        play(OTHER, 0, 1);
        fixture.pass(Duration.ofMillis(50));
        assertThat(chunks).filteredOn(Chunk::discontinuity).hasSize(1);
        assertThat(chunks.getLast().psi().streams()).isEqualTo(chunks.getFirst().psi().streams());
        assertContinuous();
    }

    @Test
    void shouldGoOnWhenPacketsFollowSamplesAndSamplesFollowPackets() {
        begin(CAMERA);
        hub.demand().acquire();
        play(CAMERA, 0, 1);
        hub.end("gone");
        packets();
        hub.end("gone");
        begin(CAMERA);
        play(CAMERA, 50, 1);
        fixture.pass(Duration.ofMillis(50));
        assertThat(chunks).filteredOn(Chunk::discontinuity).hasSize(2);
        assertThat(chunks.stream().map(c -> c.psi().streams()).distinct()).hasSize(1);
        assertContinuous();
    }

    @Test
    void shouldSleepWhenSamplesFollowPacketsThatNobodyWatched() {
        packets();
        assertThat(chunks).isNotEmpty();
        begin(CAMERA);
        assertThat(calls).containsExactly("asleep");
        assertThat(hub.ring().isEmpty()).isTrue();
        int before = chunks.size();
        play(CAMERA, 0, 1);
        assertThat(chunks).hasSize(before);
    }

    @Test
    void shouldShowWhatIsKeptWhenTheSourceIsGone() {
        begin(CAMERA);
        play(CAMERA, 0, 1);
        hub.end("gone");
        calls.clear();
        hub.demand().touch();
        assertThat(chunks).isNotEmpty();
        assertThat(calls).containsExactly("interrupted");
        fixture.pass(Duration.ofSeconds(31));
        assertThat(calls).containsExactly("interrupted", "asleep");
    }

    @Test
    void shouldTakeNewSetsWhenTheConfigurationChanges() {
        begin(CAMERA);
        hub.demand().acquire();
        play(CAMERA, 0, 1);
        hub.tracks(OTHER.tracks());
        long move = CAMERA.units().getLast().dts() - OTHER.units().getFirst().dts() + 3600;
        for (Unit unit : OTHER.units()) {
            hub.sample(unit.moved(unit.track(), move).sample());
        }
        fixture.pass(Duration.ofMillis(50));
        assertThat(chunks).noneMatch(Chunk::discontinuity);
        assertContinuous();
    }

    @Test
    void shouldServeNothingWhenTheVideoHasNoPlaceInATransportStream() {
        hub.begin(SOURCE);
        hub.tracks(List.of(new Track(0, Codec.AV1, new byte[4])));
        hub.demand().acquire();
        hub.sample(new Sample(0, 0, 0, true, Unpooled.buffer().writeLong(1)));
        fixture.pass(Duration.ofSeconds(1));
        assertThat(chunks).isEmpty();
        assertThat(hub.stats().faults()).isEqualTo(1);
    }

    @Test
    void shouldServeAudioAlone() {
        Media audio = SampleFixtures.of("aac.ts");
        begin(audio);
        play(audio, 0, 3);
        assertThat(chunks).isEmpty();
        hub.demand().acquire();
        assertThat(chunks).filteredOn(Chunk::key).hasSizeBetween(15, 19);
        play(audio, 3, 1);
        assertContinuous();
    }

    @Test
    void shouldReleaseSamplesWhenNoSourceHasBegun() {
        Sample sample = CAMERA.units().getFirst().sample();
        hub.sample(sample);
        assertThat(sample.data().refCnt()).isZero();
    }

    @Test
    void shouldForgetAGroupThatBreaksTheBoundOnBytes() {
        HubFixture small = new HubFixture(
                new HubConfig(Duration.ofSeconds(10), 100_000, Duration.ofMillis(50), 64 << 10));
        small.hub.begin(SOURCE);
        small.hub.tracks(List.of(new Track(0, Codec.H264, new byte[0])));
        for (int i = 0; i < 1000; i++) {
            small.hub
                    .sample(new Sample(0, i * 3600L, i * 3600L, i == 0 || i == 900, Unpooled.buffer().writeZero(3000)));
            assertThat(small.memory()).isLessThanOrEqualTo(100_000 + 2 * SampleRing.BLOCK);
        }
        small.hub.demand().acquire();
        assertThat(small.hub.ring().isEmpty()).isTrue();
        small.hub.close();
        assertThat(small.memory()).isZero();
    }

    private void begin(Media media) {
        hub.begin(SOURCE);
        hub.tracks(media.tracks());
    }

    /** Plays rounds of a source in its time; the first starts after so many. */
    private void play(Media media, long from, int rounds) {
        long origin = media.units().getFirst().dts();
        for (int round = 0; round < rounds; round++) {
            long at = 0;
            for (Unit unit : media.units()) {
                long due = unit.dts() - origin;
                if (due - at >= 900) {
                    fixture.pass(Duration.ofNanos((due - at) * 100_000 / 9));
                    at = due;
                }
                hub.sample(unit.moved(unit.track(), (from + round) * ROUND).sample());
            }
            fixture.pass(Duration.ofNanos((ROUND - at) * 100_000 / 9));
        }
    }

    private void packets() {
        TsMaker ts = new TsMaker(true, 1);
        hub.begin(SOURCE);
        fixture.feed(ts.psi());
        for (int i = 0; i < 50; i++) {
            fixture.feed(ts.frame(i, i % 25 == 0, 3000));
            fixture.feed(ts.audio(0, 90_000 + i * TsMaker.FRAME, 100));
            fixture.pass(Duration.ofMillis(40));
        }
        fixture.pass(Duration.ofMillis(50));
    }

    /** All that went out: without a fault, PIDs in decoding order. */
    private void assertContinuous() {
        ByteBuf all = Unpooled.buffer();
        chunks.forEach(c -> all.writeBytes(c.data().duplicate()));
        List<PesStart> pes = new ArrayList<>();
        List<TsFault> faults = new ArrayList<>();
        new TsParser(new TsEvents() {
            @Override
            public void program(Psi psi) {}

            @Override
            public void pes(int offset, PesStart start) {
                pes.add(start);
            }

            @Override
            public void pcr(int offset, long pcr27Mhz, boolean discontinuity) {}

            @Override
            public void fault(int offset, TsFault kind) {
                faults.add(kind);
            }
        }).parse(Unpooled.wrappedBuffer(ByteBufUtil.getBytes(all)));
        assertThat(faults).isEmpty();
        for (int pid : new int[]{0x100, 0x101}) {
            assertThat(pes.stream().filter(p -> p.pid() == pid).map(PesStart::dts)).isSorted().doesNotHaveDuplicates();
        }
    }
}
