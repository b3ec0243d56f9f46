package dev.penstock.dataplane.fanout;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import dev.penstock.dataplane.hub.Chunk;
import dev.penstock.dataplane.hub.ChunkListener;
import dev.penstock.dataplane.hub.HubConfig;
import dev.penstock.dataplane.hub.HubFixture;
import dev.penstock.dataplane.hub.TsMaker;
import dev.penstock.dataplane.media.ts.TsPacket;

import static dev.penstock.dataplane.hub.HubFixture.SOURCE;
import static org.assertj.core.api.Assertions.assertThat;

class FanoutOrderTest {
    private static final HubConfig SMALL = new HubConfig(Duration.ofSeconds(1), 300_000, Duration.ofMillis(50), 65536);
    private static final FanoutConfig TIGHT = new FanoutConfig(SlowViewerPolicy.SKIP_TO_KEYFRAME, Duration.ofHours(1),
            0, 20_000, 40_000, 0);
    private static final byte[] PAT_HEAD = {0x47, 0x40, 0x00};
    private static final byte[] PMT_HEAD = {0x47, 0x40 | TsMaker.PMT_PID >> 8, (byte) TsMaker.PMT_PID};

    /** Short last packets of frames may be equal. */
    private final Map<ByteBuffer, Set<Integer>> indexesOf = new HashMap<>();
    private final Set<Integer> keyIndexes = new HashSet<>();

    /**
     * Whatever the cuts and however slow a viewer: what it gets is a valid transport stream that begins with tables and a key
     * access unit; packets come in order, gaps are announced and end at key access units only; a viewer that is cut instead has
     * no gap.
     */
    @Property(tries = 40)
    void shouldNeverReorderAndSkipOnlyToKeyframes(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int gop,
            @ForAll @IntRange(min = 100, max = 20_000) int frameBytes, @ForAll SlowViewerPolicy policy) {
        Random random = new Random(seed);
        HubFixture fixture = new HubFixture(SMALL);
        TsFanout fanout = TsFanout.open(fixture.hub, TIGHT.withSlowPolicy(policy), new FanoutMetrics(fixture.registry));
        List<Chunk> chunks = new ArrayList<>();
        fixture.hub.listen(new ChunkListener() {
            @Override
            public void chunk(Chunk chunk) {
                chunks.add(chunk.retain());
            }
        }, false);
        fixture.hub.begin(SOURCE);
        List<byte[]> stream = stream(gop, frameBytes);
        List<ViewerFixture> viewers = new ArrayList<>();
        int at = 0;
        while (at < stream.size()) {
            int end = Math.min(stream.size(), at + 1 + random.nextInt(60));
            fixture.feed(stream.subList(at, end));
            at = end;
            fixture.pass(Duration.ofMillis(random.nextInt(100)));
            if (viewers.size() < 4 && random.nextInt(5) == 0) {
                ViewerFixture viewer = new ViewerFixture(fixture.ticker);
                assertThat(fanout.reserve()).isTrue();
                fanout.join(viewer.channel);
                viewers.add(viewer);
            }
            for (ViewerFixture viewer : viewers) {
                if (random.nextInt(10) == 0) {
                    viewer.close();
                } else if (random.nextInt(10) == 0) {
                    viewer.open();
                }
            }
        }
        for (ViewerFixture viewer : viewers) {
            assertThat(viewer.faults()).isEmpty();
            int runs = inOrder(viewer.packets());
            if (policy == SlowViewerPolicy.DISCONNECT) {
                assertThat(runs).as("runs without a gap").isLessThanOrEqualTo(1);
            }
        }
        fixture.hub.close();
        viewers.forEach(ViewerFixture::packets);
        for (Chunk chunk : chunks) {
            assertThat(chunk.refCnt()).as("chunk %d", chunk.sequence()).isEqualTo(1);
            assertThat(chunk.data().refCnt()).as("data of chunk %d of %d", chunk.sequence(), chunks.size())
                    .isEqualTo(1);
            chunk.release();
        }
    }

    private List<byte[]> stream(int gop, int frameBytes) {
        indexesOf.clear();
        keyIndexes.clear();
        TsMaker ts = new TsMaker(true, 1);
        List<byte[]> stream = new ArrayList<>(ts.psi());
        for (int i = 0; i < 120; i++) {
            boolean key = i % gop == 0;
            if (key) {
                keyIndexes.add(stream.size());
            }
            stream.addAll(
                    TsMaker.interleave(ts.frame(i, key, frameBytes), ts.audio(0, 90_000 + i * TsMaker.FRAME, 400)));
        }
        for (int i = 0; i < stream.size(); i++) {
            indexesOf.computeIfAbsent(ByteBuffer.wrap(stream.get(i)), p -> new HashSet<>()).add(i);
        }
        return stream;
    }

    /** Checks the order; into how many runs gaps divide what was got. */
    private int inOrder(List<byte[]> got) {
        if (!got.isEmpty()) {
            assertThat(got.get(0)).startsWith(PAT_HEAD);
            assertThat(got.get(1)).startsWith(PMT_HEAD);
        }
        int runs = 0;
        int expected = -1;
        for (byte[] packet : got) {
            Set<Integer> indexes = indexesOf.getOrDefault(ByteBuffer.wrap(packet), Set.of());
            int pid = ((packet[1] & 0x1F) << 8) | (packet[2] & 0xFF);
            boolean preamble = pid == 0 || pid == TsMaker.PMT_PID || (packet[3] & 0x30) == 0x20;
            if (preamble && !indexes.contains(expected)) {
                expected = -1;
                continue;
            }
            if (expected < 0) {
                assertThat(indexes).as("start of a run").containsAnyElementsOf(keyIndexes);
                expected = indexes.iterator().next();
                runs++;
            }
            assertThat(indexes).as("packet of the source").contains(expected);
            expected++;
            assertThat(packet[0]).isEqualTo((byte) TsPacket.SYNC);
        }
        return runs;
    }
}
