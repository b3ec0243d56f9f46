package dev.penstock.dataplane.fanout;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.hub.Chunk;
import dev.penstock.dataplane.hub.ChunkListener;
import dev.penstock.dataplane.hub.HubConfig;
import dev.penstock.dataplane.hub.HubFixture;
import dev.penstock.dataplane.hub.TsMaker;

import static dev.penstock.dataplane.hub.HubFixture.SOURCE;
import static org.assertj.core.api.Assertions.assertThat;

class TsFanoutTest {
    private static final Duration FRAME = Duration.ofMillis(40);
    private static final HubConfig SMALL = new HubConfig(Duration.ofSeconds(2), 1 << 20, Duration.ofMillis(40), 65536);

    private final HubFixture fixture = new HubFixture(SMALL);
    private final TsMaker ts = new TsMaker(true, 1);
    private final FanoutMetrics metrics = new FanoutMetrics(fixture.registry);
    private final List<Chunk> chunks = new ArrayList<>();
    private final List<byte[]> sent = new ArrayList<>();
    private final List<ViewerFixture> viewers = new ArrayList<>();
    private int frame;

    private final StreamCounts counts = new StreamCounts(fixture.ticker, () -> Instant.EPOCH);

    private TsFanout open(FanoutConfig config) {
        fixture.hub.listen(new ChunkListener() {
            @Override
            public void chunk(Chunk chunk) {
                chunks.add(chunk.retain());
            }
        }, false);
        fixture.hub.begin(SOURCE);
        return TsFanout.open(fixture.hub, config, metrics, counts);
    }

    private ViewerFixture join(TsFanout fanout) {
        assertThat(fanout.reserve()).isTrue();
        ViewerFixture viewer = new ViewerFixture(fixture.ticker);
        viewers.add(viewer);
        fanout.join(viewer.channel);
        fixture.loopChannel.runPendingTasks();
        return viewer;
    }

    private void frames(int count, int bytes) {
        for (int i = 0; i < count; i++) {
            List<byte[]> packets = new ArrayList<>();
            if (frame % 5 == 0) {
                packets.addAll(ts.psi());
            }
            packets.addAll(ts.frame(frame, frame % 25 == 0, bytes));
            packets.addAll(ts.audio(0, 90_000 + frame * TsMaker.FRAME, 300));
            sent.addAll(packets);
            frame++;
            fixture.feed(packets);
            fixture.pass(FRAME);
        }
        fixture.pass(FRAME);
    }

    @AfterEach
    void shouldReleaseEveryChunkWhenTheStreamIsClosed() {
        fixture.hub.close();
        viewers.forEach(ViewerFixture::packets);
        for (Chunk chunk : chunks) {
            assertThat(chunk.refCnt()).as("chunk %d", chunk.sequence()).isEqualTo(1);
            assertThat(chunk.data().refCnt()).as("data of chunk %d", chunk.sequence()).isEqualTo(1);
            chunk.release();
        }
    }

    @Test
    void shouldJoinAtOnceAtTheNewestKeyframeWithTables() {
        TsFanout fanout = open(FanoutConfig.DEFAULT);
        frames(40, 1000);
        ViewerFixture viewer = join(fanout);
        List<byte[]> got = viewer.packets();
        assertThat(got).hasSizeGreaterThan(100);
        assertThat(got.get(0)).startsWith(0x47, 0x40, 0x00);
        assertThat(got.get(1)).startsWith(0x47, 0x50, 0x00);
        assertThat(got.get(2)).startsWith(0x47, 0x41, 0x00);
        frames(40, 1000);
        assertThat(viewer.faults()).isEmpty();
        assertThat(viewer.packets().subList(2, viewer.packets().size()).toArray(byte[][]::new))
                .isDeepEqualTo(tail(viewer.packets().size() - 2));
        viewer.channel.close();
    }

    private byte[][] tail(int count) {
        return sent.subList(sent.size() - count, sent.size()).toArray(byte[][]::new);
    }

    @Test
    void shouldWaitForTheFirstKeyframeAndStayWhileTheSourceIsAway() {
        TsFanout fanout = open(FanoutConfig.DEFAULT);
        ViewerFixture viewer = join(fanout);
        assertThat(viewer.packets()).isEmpty();
        frames(30, 500);
        assertThat(viewer.packets()).hasSize(sent.size());
        fixture.hub.end("unplugged");
        fixture.pass(Duration.ofMinutes(5));
        assertThat(viewer.channel.isActive()).isTrue();
        fixture.hub.begin(SOURCE);
        int before = viewer.packets().size();
        frame = 50;
        frames(30, 500);
        assertThat(viewer.packets().size()).isGreaterThan(before + 30);
        assertThat(viewer.faults()).isEmpty();
        viewer.channel.close();
    }

    @Test
    void shouldSkipSlowViewerToKeyframeWithDiscontinuityMarked() {
        TsFanout fanout = open(FanoutConfig.DEFAULT);
        frames(1, 1000);
        ViewerFixture fast = join(fanout);
        ViewerFixture slow = join(fanout);
        slow.close();
        frames(150, 20_000);
        assertThat(slow.channel.isWritable()).isFalse();
        slow.open();
        frames(30, 1000);
        assertThat(fast.faults()).isEmpty();
        assertThat(slow.faults()).as("the jump is announced").isEmpty();
        assertThat(slow.packets().size()).isLessThan(fast.packets().size());
        assertThat(fixture.registry.counter("penstock.fanout.skips").count()).isEqualTo(1);
        assertThat(fast.packets().subList(2, fast.packets().size())).hasSize(sent.size() - 2);
        fast.channel.close();
        slow.channel.close();
    }

    @Test
    void shouldCountWhatEachViewerGotAndWhatASlowOneMissed() {
        TsFanout fanout = open(FanoutConfig.DEFAULT);
        frames(1, 1000);
        ViewerFixture fast = join(fanout);
        ViewerFixture slow = join(fanout);
        slow.close();
        frames(150, 20_000);
        long whileStalled = counts.dropped();
        assertThat(whileStalled).as("counted while it is stalled, not at the end only").isPositive();
        slow.open();
        frames(30, 1000);
        int got = fast.packets().size() + slow.packets().size();
        assertThat(counts.sent()).isEqualTo(188L * got);
        long marksOfTheSecondStart = slow.packets().stream().filter(p -> (p[3] & 0x30) == 0x20 && (p[4] & 0xFF) == 183)
                .count();
        assertThat(counts.dropped()).isGreaterThan(whileStalled);
        assertThat(counts.dropped() / 188).as("what the fast viewer got more, but for what a second start adds")
                .isEqualTo(fast.packets().size() - slow.packets().size() + 2 + marksOfTheSecondStart);
        assertThat(fanout.sessions()).hasSize(2).allMatch(s -> s.bytes() > 0 && s.since().equals(Instant.EPOCH));
        assertThat(fanout.sessions().stream().mapToLong(TsSession::bytes).sum()).isEqualTo(counts.sent());
        fast.channel.close();
        slow.channel.close();
    }

    @Test
    void shouldCountWhatAViewerMissedThatWasCutOff() {
        TsFanout fanout = open(FanoutConfig.DEFAULT.withSlowPolicy(SlowViewerPolicy.DISCONNECT));
        frames(1, 1000);
        ViewerFixture slow = join(fanout);
        slow.close();
        frames(200, 20_000);
        assertThat(slow.channel.isActive()).isFalse();
        long dropped = counts.dropped();
        assertThat(dropped).isPositive();
        frames(10, 1000);
        assertThat(counts.dropped()).isEqualTo(dropped);
    }

    @Test
    void shouldAddUpTheTimeOfViewersThatAreThereAndThatHaveLeft() {
        TsFanout fanout = open(FanoutConfig.DEFAULT);
        ViewerFixture first = join(fanout);
        fixture.pass(Duration.ofSeconds(10));
        ViewerFixture second = join(fanout);
        fixture.pass(Duration.ofSeconds(5));
        assertThat(counts.viewers()).isEqualTo(2);
        assertThat(Duration.ofNanos(counts.connectedNanos())).isEqualTo(Duration.ofSeconds(20));
        first.channel.close();
        fixture.pass(Duration.ofSeconds(1));
        assertThat(Duration.ofNanos(counts.connectedNanos())).isEqualTo(Duration.ofSeconds(21));
        second.channel.close();
        fixture.pass(Duration.ofSeconds(1));
        assertThat(Duration.ofNanos(counts.connectedNanos())).isEqualTo(Duration.ofSeconds(21));
        assertThat(counts.viewers()).isZero();
    }

    @Test
    void shouldEndTheSessionThatIsMeantAndNoOther() {
        TsFanout fanout = open(FanoutConfig.DEFAULT);
        ViewerFixture first = join(fanout);
        ViewerFixture second = join(fanout);
        List<TsSession> sessions = fanout.sessions();
        assertThat(sessions).extracting(TsSession::id).doesNotHaveDuplicates();
        assertThat(fanout.kick("ts-0000000000000000")).isFalse();
        assertThat(fanout.kick(sessions.getFirst().id())).isTrue();
        first.channel.runPendingTasks();
        second.channel.runPendingTasks();
        assertThat(fanout.sessions()).containsExactly(sessions.getLast());
        assertThat(first.channel.isActive()).isNotEqualTo(second.channel.isActive());
        assertThat(fixture.registry.counter("penstock.fanout.left", "reason", "kicked").count()).isEqualTo(1);
        assertThat(fanout.kick(sessions.getFirst().id())).isFalse();
        first.channel.close();
        second.channel.close();
    }

    @Test
    void shouldCutSlowViewerWhenThePolicySaysSo() {
        TsFanout fanout = open(FanoutConfig.DEFAULT.withSlowPolicy(SlowViewerPolicy.DISCONNECT));
        frames(1, 1000);
        ViewerFixture slow = join(fanout);
        slow.close();
        frames(200, 20_000);
        assertThat(slow.channel.isActive()).isFalse();
        assertThat(fanout.viewers()).isZero();
        assertThat(fixture.registry.counter("penstock.fanout.left", "reason", "too-slow").count()).isEqualTo(1);
    }

    @Test
    void shouldCutViewerThatTakesNothingForTheWriteTimeout() {
        TsFanout fanout = open(FanoutConfig.DEFAULT);
        frames(1, 1000);
        ViewerFixture stuck = join(fanout);
        stuck.close();
        frames(25 * 35, 10_000);
        assertThat(stuck.channel.isActive()).isFalse();
        assertThat(fixture.registry.counter("penstock.fanout.left", "reason", "write-timeout").count()).isEqualTo(1);
    }

    @Test
    void shouldReleaseTheLoopsChunksWhenItsLastViewerLeaves() {
        TsFanout fanout = open(FanoutConfig.DEFAULT);
        frames(30, 1000);
        ViewerFixture viewer = join(fanout);
        viewer.packets();
        Chunk newest = chunks.getLast();
        assertThat(newest.refCnt()).isEqualTo(3);
        viewer.channel.close();
        fixture.loopChannel.runPendingTasks();
        assertThat(newest.refCnt()).isEqualTo(2);
        assertThat(fanout.viewers()).isZero();
        assertThat(fixture.registry.get("penstock.fanout.viewers").gauge().value()).isZero();
        frames(1, 1000);
    }

    @Test
    void shouldRefuseMoreThanTheHardLimit() {
        TsFanout fanout = open(FanoutConfig.DEFAULT.withHardViewers(1));
        ViewerFixture first = join(fanout);
        assertThat(fanout.reserve()).isFalse();
        first.channel.close();
        assertThat(fanout.reserve()).isTrue();
    }

    @Test
    void shouldCloseViewersWhenTheStreamIsClosed() {
        TsFanout fanout = open(FanoutConfig.DEFAULT);
        frames(2, 100);
        ViewerFixture viewer = join(fanout);
        fixture.hub.close();
        assertThat(viewer.channel.isActive()).isFalse();
        ViewerFixture late = new ViewerFixture(fixture.ticker);
        assertThat(fanout.reserve()).isTrue();
        fanout.join(late.channel);
        fixture.loopChannel.runPendingTasks();
        assertThat(late.channel.isActive()).isFalse();
    }
}
