package dev.penstock.dataplane.hub;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.media.Sample;

import static org.assertj.core.api.Assertions.assertThat;

class SampleRingTest {
    private static final HubConfig CONFIG = new HubConfig(Duration.ofSeconds(2), 400_000, Duration.ofMillis(50),
            64 << 10);

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final SampleRing ring = new SampleRing(allocator, CONFIG);

    private record Kept(int track, long dts, long pts, boolean key, long wallMs, boolean starts, String data) {}

    @Property(tries = 200)
    void shouldTellWhatARingOfWholeGroupsHolds(@ForAll long seed, @ForAll @IntRange(min = 1, max = 90_000) int largest,
            @ForAll @IntRange(min = 1, max = 30) int gop) {
        Random random = new Random(seed);
        ArrayDeque<Kept> model = new ArrayDeque<>();
        for (int i = 0; i < 300; i++) {
            boolean starts = i % gop == 0;
            byte[] data = new byte[random.nextInt(10) == 0 ? random.nextInt(largest) : random.nextInt(200)];
            random.nextBytes(data);
            Kept kept = new Kept(random.nextInt(3), i * 3600L, i * 3600L + random.nextInt(9000), starts, i * 40L,
                    starts, ByteBufUtil.hexDump(data));
            add(kept, data);
            if (!model.isEmpty() || starts) {
                model.add(kept);
            }
            evict(model, kept.wallMs());
            if (model.stream().mapToLong(k -> k.data().length() / 2 + SampleRing.HEADER).sum() > CONFIG.ringBytes()) {
                // Gaps before headers count as well, so near the bound the two may differ.
                model.clear();
                ring.clear();
            }
            assertThat(allocator.metric().usedDirectMemory()).isLessThanOrEqualTo(ring.bytes() + 2 * SampleRing.BLOCK);
            assertThat(ring.bytes()).isLessThanOrEqualTo(CONFIG.ringBytes());
        }
        if (ring.bytes() > 0) {
            assertThat(drained()).containsExactlyElementsOf(model);
        }
        assertThat(ring.isEmpty()).isTrue();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void shouldTakeNothingBeforeAKey() {
        add(new Kept(0, 0, 0, false, 0, false, ""), new byte[100]);
        assertThat(ring.isEmpty()).isTrue();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void shouldLeaveOutWhatIsLargerThanAllOfIt() {
        add(new Kept(0, 0, 0, true, 0, true, ""), new byte[400_000]);
        assertThat(ring.isEmpty()).isTrue();
    }

    @Test
    void shouldLetTheReaderWriteIntoWhatItReads() {
        add(new Kept(0, 0, 0, true, 0, true, ""), new byte[40_000]);
        add(new Kept(0, 1, 1, false, 0, false, ""), new byte[40_000]);
        List<Integer> sizes = new ArrayList<>();
        ring.drain((sample, wallMs) -> {
            sample.data().setZero(sample.data().readerIndex(), sample.data().readableBytes());
            sample.data().readerIndex(sample.data().readerIndex() + 4);
            sizes.add(sample.data().readableBytes());
        });
        assertThat(sizes).containsExactly(39_996, 39_996);
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    private void add(Kept kept, byte[] data) {
        ByteBuf buf = allocator.heapBuffer(data.length).writeBytes(data);
        ring.add(new Sample(kept.track(), kept.dts(), kept.pts(), kept.key(), buf), kept.starts(), kept.wallMs());
        assertThat(buf.refCnt()).isEqualTo(1);
        buf.release();
    }

    private List<Kept> drained() {
        List<Kept> all = new ArrayList<>();
        ring.drain(
                (sample, wallMs) -> all.add(new Kept(sample.track(), sample.dts(), sample.pts(), sample.key(), wallMs,
                        sample.key(), ByteBufUtil.hexDump(sample.data()))));
        return all;
    }

    /** Whole groups leave when what follows them is 2 s long. */
    private static void evict(ArrayDeque<Kept> model, long nowMs) {
        while (true) {
            Kept second = model.stream().skip(1).filter(Kept::starts).findFirst().orElse(null);
            if (second == null || nowMs - second.wallMs() < 2000) {
                return;
            }
            do {
                model.poll();
            } while (!model.peek().starts());
        }
    }
}
