package dev.penstock.dataplane.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.dataplane.record.RecorderStatus.Phase;
import dev.penstock.dataplane.record.spool.FaultyFiles;
import dev.penstock.dataplane.store.StoreException.Kind;

import static org.assertj.core.api.Assertions.assertThat;

class RecorderTest {
    @TempDir
    Path folder;
    private final FaultyStore store = new FaultyStore();
    private final FaultyFiles disk = new FaultyFiles();
    private Studio studio;
    private Recorder recorder;

    @BeforeEach
    void begin() {
        studio = new Studio(folder);
        studio.files = disk;
        recorder = studio.recorder(() -> store);
    }

    @AfterEach
    void end() {
        disk.stuck(false);
        recorder.close();
        assertThat(studio.made).allSatisfy(segment -> assertThat(segment.refCnt()).isZero());
    }

    @Test
    void shouldStoreAllThatAPlayerNeeds() throws Exception {
        recorder.start();
        record(20);
        stop();
        assertThat(Studio.sequences(store)).isEqualTo(LongStream.range(216_000_000L, 216_000_020L).boxed().toList());
        String media = Studio.textOf(store, "/source/media.m3u8");
        assertThat(media).contains("#EXT-X-PLAYLIST-TYPE:EVENT\n").contains("#EXT-X-TARGETDURATION:4\n")
                .endsWith("#EXT-X-ENDLIST\n").doesNotContain("DISCONTINUITY\n").doesNotContain("GAP");
        assertThat(media.lines().filter(l -> l.endsWith(".ts"))).hasSize(20)
                .allSatisfy(l -> assertThat(Studio.keys(store)).anyMatch(k -> k.endsWith("/source/" + l)));
        assertThat(Studio.textOf(store, "/master.m3u8")).contains("CODECS=\"avc1.42c01f,mp4a.40.2\"")
                .contains("RESOLUTION=320x180").contains("\nsource/media.m3u8\n");
        assertThat(Studio.textOf(store, "/session.json")).contains("\"writer\" : \"pod-0\"").contains("\"epoch\" : 3");
        assertThat(Studio.keys(store)).hasSize(23).allMatch(k -> k.startsWith("shop/door/cam-1/20261121t1200"));
        RecorderStatus status = recorder.status();
        assertThat(status.phase()).isEqualTo(Phase.ENDED);
        assertThat(status.segments()).isEqualTo(20);
        assertThat(status.durationMs()).isEqualTo(40_000);
        assertThat(status.gapCount()).isZero();
        assertThat(store.mostConcurrent.get()).isBetween(1, 4);
        assertThat(files("*.ts")).isEmpty();
    }

    @Test
    void shouldListOnlyWhatIsUploadedWhileRunning() throws Exception {
        recorder.start();
        record(3);
        Studio.await("uploads", () -> status().upload().pendingSegments() == 0 && status().segments() == 3);
        String media = Studio.textOf(store, "/source/media.m3u8");
        assertThat(media).doesNotContain("ENDLIST");
        assertThat(status().phase()).isEqualTo(Phase.RECORDING);
        assertThat(media.lines().filter(l -> l.endsWith(".ts")).count())
                .isEqualTo(3 - Math.round(status().upload().playlistLagSeconds() / 2));
    }

    @Test
    void shouldGoOnWithTheSessionAfterAKill() throws Exception {
        recorder.start();
        record(5);
        Studio.await("five segments", () -> status().segments() == 5);
        recorder.close();
        studio.restart(Duration.ofSeconds(7));
        recorder = studio.recorder(() -> store);
        recorder.start();
        record(5);
        stop();
        assertThat(Studio.sequences(store)).hasSize(10).isSorted().doesNotHaveDuplicates();
        String media = Studio.textOf(store, "/source/media.m3u8");
        assertThat(media.lines().filter("#EXT-X-DISCONTINUITY"::equals)).hasSize(1);
        assertThat(media.lines().filter(l -> l.endsWith(".ts"))).hasSize(10);
        assertThat(Studio.keys(store)).filteredOn(k -> k.endsWith("session.json")).hasSize(1);
        assertThat(status().gaps())
                .containsExactly(new RecorderStatus.Gap(Studio.START.toEpochMilli() + 10_000, 7000, 0, "restart"));
    }

    @Test
    void shouldKeepSegmentsOverARestartWhileTheStoreIsAway() throws Exception {
        store.failing(Kind.UNAVAILABLE);
        recorder.start();
        record(5);
        Studio.await("five segments", () -> status().segments() == 5);
        recorder.close();
        assertThat(files("*.ts")).hasSize(5);
        studio.now = studio.now.plus(Duration.ofHours(3));
        recorder = studio.recorder(() -> store);
        recorder.start();
        Studio.await("the session is given up", () -> files("ended").size() == 1);
        store.failing(null);
        Studio.await("uploads", () -> files("finalized").size() == 1);
        assertThat(Studio.sequences(store)).hasSize(5);
        assertThat(Studio.textOf(store, "/source/media.m3u8")).endsWith("#EXT-X-ENDLIST\n");
    }

    @Test
    void shouldGoOnWithTheSessionOfAnotherPod() throws Exception {
        recorder.start();
        record(3);
        Studio.await("uploads", () -> status().segments() == 3 && status().upload().pendingSegments() == 0);
        recorder.close();
        Studio other = new Studio(folder.resolve("other pod"));
        other.now = studio.now;
        other.sequence = studio.sequence - 1;
        other.mediaMs = studio.mediaMs - Studio.SEGMENT_MS;
        recorder = other.recorder(() -> store);
        recorder.start();
        for (int i = 0; i < 3; i++) {
            other.record(recorder);
        }
        Studio.await("uploads", () -> status().segments() == 5 && status().upload().pendingSegments() == 0);
        recorder.close();
        studio.sequence = other.sequence;
        studio.mediaMs = other.mediaMs;
        studio.restart(Duration.ofSeconds(5));
        recorder = studio.recorder(() -> store);
        recorder.start();
        record(1);
        stop();
        assertThat(Studio.sequences(store)).containsExactly(216_000_000L, 216_000_001L, 216_000_002L, 216_000_003L,
                216_000_004L, 216_001_005L);
        String media = Studio.textOf(store, "/source/media.m3u8");
        assertThat(media.lines().filter(l -> l.endsWith(".ts"))).hasSize(6);
        assertThat(media.lines().filter("#EXT-X-DISCONTINUITY"::equals)).hasSize(1);
    }

    @Test
    void shouldUploadWhatBelongsToADamagedDescriptionAndBeginAnew() throws Exception {
        store.failing(Kind.UNAVAILABLE);
        recorder.start();
        record(2);
        Studio.await("two segments", () -> status().segments() == 2);
        recorder.close();
        Files.writeString(files("session.json").getFirst(), "{");
        Files.writeString(files("session.json").getFirst().resolveSibling("notes.txt"), "mine");
        store.failing(null);
        studio.restart(Duration.ofSeconds(5));
        recorder = studio.recorder(() -> store);
        recorder.start();
        record(2);
        stop();
        assertThat(Studio.sequences(store)).hasSize(4);
        assertThat(Studio.keys(store)).filteredOn(k -> k.endsWith("master.m3u8")).hasSize(2);
        assertThat(Studio.keys(store)).filteredOn(k -> k.endsWith("session.json")).hasSize(1);
        assertThat(files("notes.txt")).hasSize(1);
    }

    @Test
    void shouldBeginANewSessionWhenTheBreakIsTooLong() throws Exception {
        recorder.start();
        record(2);
        Studio.await("two segments", () -> status().segments() == 2);
        studio.restart(Duration.ofMinutes(61));
        record(2);
        stop();
        assertThat(Studio.keys(store)).filteredOn(k -> k.endsWith("master.m3u8")).hasSize(2);
        assertThat(Studio.sequences(store)).hasSize(4);
    }

    @Test
    void shouldSplitAtEachBreakWhenAskedTo() throws Exception {
        studio.policy = new SessionPolicy(SessionPolicy.Mode.SPLIT, Duration.ofHours(1));
        recorder = studio.recorder(() -> store);
        recorder.start();
        record(2);
        studio.restart(Duration.ofSeconds(3));
        record(2);
        stop();
        assertThat(Studio.keys(store)).filteredOn(k -> k.endsWith("master.m3u8")).hasSize(2);
    }

    @Test
    void shouldBeginANewSessionWhenNumbersGoBack() throws Exception {
        recorder.start();
        record(3);
        studio.sequence = 100;
        studio.discontinuity = 100;
        record(3);
        stop();
        assertThat(Studio.sequences(store)).hasSize(6);
        assertThat(Studio.keys(store)).filteredOn(k -> k.endsWith("master.m3u8")).hasSize(2);
    }

    @Test
    void shouldShowAGapWhenTheDiskIsFullAndGoOnByItself() throws Exception {
        store.failing(Kind.UNAVAILABLE);
        recorder.start();
        record(3);
        Studio.await("three segments", () -> status().segments() == 3);
        disk.full(true);
        record(2);
        Studio.await("degraded", () -> status().dropped() == 2);
        assertThat(status().phase()).isEqualTo(Phase.DEGRADED);
        assertThat(status().lastError()).contains("all of the spool waits for upload");
        disk.full(false);
        record(1);
        Studio.await("a segment again", () -> status().segments() == 4);
        assertThat(status().phase()).isEqualTo(Phase.RECORDING);
        assertThat(status().gaps())
                .containsExactly(new RecorderStatus.Gap(Studio.START.toEpochMilli() + 6000, 4000, 2, "spool"));
        store.failing(null);
        stop();
        String media = Studio.textOf(store, "/source/media.m3u8");
        assertThat(media).contains("#EXT-X-GAP\n#EXTINF:4.000000,\ngap-216000003-0.ts\n");
        assertThat(studio.meters.get("penstock.recording.dropped.segments").tag("reason", "spool").counter().count())
                .isEqualTo(2);
    }

    @Test
    void shouldShowAGapWhenTheBoundIsHit() throws Exception {
        int size = Studio.content(studio.sequence).length;
        studio.maxBytes = 4L * size;
        recorder = studio.recorder(() -> store);
        store.failing(Kind.UNAVAILABLE);
        recorder.start();
        record(6);
        Studio.await("two are dropped", () -> status().dropped() == 2);
        store.failing(null);
        Studio.await("uploads", () -> status().upload().pendingSegments() == 0);
        record(6);
        stop();
        assertThat(Studio.sequences(store)).hasSize(10);
        assertThat(Studio.textOf(store, "/source/media.m3u8")).contains("#EXT-X-GAP");
    }

    @Test
    void shouldNeverHoldUpTheStreamWhenTheDiskHangs() {
        recorder.start();
        record(1);
        Studio.await("a segment", () -> status().segments() == 1);
        disk.stuck(true);
        long before = System.nanoTime();
        record(50);
        assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(1));
        disk.stuck(false);
        Studio.await("the queue is empty", () -> status().dropped() + status().segments() == 51);
        assertThat(status().dropped()).isBetween(30L, 34L);
        record(1);
        Studio.await("the gap", () -> status().gapCount() > 0);
        assertThat(status().gaps()).extracting(RecorderStatus.Gap::reason).containsOnly("queue");
        assertThat(status().gaps().stream().mapToLong(RecorderStatus.Gap::segments).sum())
                .isEqualTo(status().dropped());
    }

    @Test
    void shouldSayWhyAndRetryWhenRefused() throws Exception {
        store.failing(Kind.REFUSED);
        recorder.start();
        record(3);
        Studio.await("an error", () -> "faulty: REFUSED".equals(status().lastError())
                && status().upload().pendingSegments() == 3);
        Studio.await("retries", () -> status().upload().retries() > 1);
        assertThat(status().upload().lagSeconds()).isEqualTo(4.0);
        store.failing(null);
        stop();
        assertThat(Studio.sequences(store)).hasSize(3);
        assertThat(status().lastError()).isNull();
    }

    @Test
    void shouldTryAgainWhenTheStoreKeptHalf() throws Exception {
        store.halfWritten(true);
        recorder.start();
        record(1);
        Studio.await("an error",
                () -> status().lastError() != null && status().lastError().contains("bytes (expected"));
        assertThat(status().upload().pendingSegments()).isEqualTo(1);
        store.halfWritten(false);
        stop();
        assertThat(Studio.sequences(store)).hasSize(1);
    }

    @Test
    void shouldTakeASegmentOnlyOnce() throws Exception {
        recorder.start();
        record(2);
        studio.sequence--;
        studio.mediaMs -= Studio.SEGMENT_MS;
        record(2);
        stop();
        assertThat(Studio.sequences(store)).hasSize(3);
        assertThat(Studio.keys(store)).filteredOn(k -> k.endsWith("master.m3u8")).hasSize(1);
    }

    @Test
    void shouldListASegmentThatVanishedAsAGap() throws Exception {
        store.failing(Kind.UNAVAILABLE);
        recorder.start();
        record(3);
        Studio.await("three segments", () -> status().segments() == 3);
        Files.delete(files("*.ts").stream().filter(p -> p.toString().contains("/000216000001-")).findFirst()
                .orElseThrow());
        store.failing(null);
        stop();
        assertThat(Studio.sequences(store)).hasSize(2);
        assertThat(Studio.textOf(store, "/source/media.m3u8")).contains("#EXT-X-GAP\n");
    }

    @Test
    void shouldKeepALivePlaylistInTheStoreWhenAskedTo() throws Exception {
        studio.bucketLive = true;
        recorder = studio.recorder(() -> store);
        recorder.start();
        record(10);
        Studio.await("uploads", () -> status().segments() == 10 && status().upload().pendingSegments() == 0);
        Studio.await("the live playlist", () -> {
            try {
                String live = Studio.textOf(store, "/source/live.m3u8");
                return live.contains("#EXT-X-MEDIA-SEQUENCE:4\n")
                        && live.lines().filter(l -> l.endsWith(".ts")).count() == 6;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        stop();
        assertThat(Studio.textOf(store, "/source/live.m3u8")).endsWith("#EXT-X-ENDLIST\n");
    }

    @Test
    void shouldWritePartsOfHalfAnHour() throws Exception {
        studio.segmentMs = 300_000;
        recorder.start();
        record(8);
        stop();
        assertThat(Studio.textOf(store, "/source/part-0.m3u8").lines().filter(l -> l.endsWith(".ts"))).hasSize(6);
        assertThat(Studio.textOf(store, "/source/media.m3u8").lines().filter(l -> l.endsWith(".ts"))).hasSize(8);
    }

    @Test
    void shouldLeaveTheSessionToAnotherPodAndUploadWhatIsHere(@TempDir Path otherFolder) throws Exception {
        recorder.start();
        record(5);
        Studio.await("five uploads", () -> status().segments() == 5 && status().upload().pendingSegments() == 0);
        store.failing(Kind.UNAVAILABLE);
        record(3);
        Studio.await("eight segments", () -> status().segments() == 8);
        CompletableFuture<Void> left = recorder.leave();
        assertThat(files("*.ts")).hasSizeGreaterThanOrEqualTo(3);

        Studio there = new Studio(otherFolder);
        there.sequence = studio.sequence + 4;
        there.discontinuity = there.sequence;
        there.mediaMs = studio.mediaMs + 1000;
        there.now = studio.now.plusMillis(1000);
        Recorder other = there.recorder(store::sound);
        try {
            other.start();
            for (int i = 0; i < 3; i++) {
                there.record(other);
            }
            Studio.await("the other pod goes on", () -> other.status().segments() == 8);
            assertThat(left).isNotDone();
            store.failing(null);
            left.get(20, TimeUnit.SECONDS);
            assertThat(files("*")).as("nothing stays in the spool").noneMatch(Files::isRegularFile);
            Studio.await("what came late joins", () -> other.status().segments() == 11);
            other.stop().get(20, TimeUnit.SECONDS);
        } finally {
            other.close();
        }
        assertThat(Studio.sequences(store)).hasSize(11).isSorted().doesNotHaveDuplicates();
        assertThat(Studio.keys(store)).filteredOn(k -> k.endsWith("session.json")).hasSize(1);
        String media = Studio.textOf(store, "/source/media.m3u8");
        assertThat(media.lines().filter(l -> l.endsWith(".ts"))).hasSize(11).isSorted();
        assertThat(media.lines().filter("#EXT-X-DISCONTINUITY"::equals)).hasSize(1);
        assertThat(media).endsWith("#EXT-X-ENDLIST\n");
    }

    @Test
    void shouldUploadWhatAnEarlierRunHasLeftForARecordingThatIsElsewhereNow() throws Exception {
        store.failing(Kind.UNAVAILABLE);
        recorder.start();
        record(4);
        Studio.await("four segments", () -> status().segments() == 4);
        recorder.close();
        store.failing(null);
        recorder = studio.recorder(() -> store);
        CompletableFuture<Void> left = recorder.leave();
        recorder.start();
        left.get(20, TimeUnit.SECONDS);
        assertThat(Studio.sequences(store)).hasSize(4);
        assertThat(Studio.keys(store)).as("playlists are the new owner's").noneMatch(k -> k.endsWith(".m3u8"));
        assertThat(files("*")).noneMatch(Files::isRegularFile);
    }

    private void record(int count) {
        for (int i = 0; i < count; i++) {
            studio.record(recorder);
            if (count <= 20) {
                // the queue is not what is tested
                int before = status().segments();
                for (int tries = 0; tries < 50 && status().segments() == before; tries++) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
        }
    }

    private RecorderStatus status() {
        return recorder.status();
    }

    private void stop() throws Exception {
        recorder.stop().get(20, TimeUnit.SECONDS);
    }

    private List<Path> files(String glob) {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(p -> p.getFileName().toString().matches(glob.replace(".", "\\.").replace("*", ".*")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
