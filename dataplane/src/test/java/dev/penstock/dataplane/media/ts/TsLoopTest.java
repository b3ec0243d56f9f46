package dev.penstock.dataplane.media.ts;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.hub.TsMaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TsLoopTest {
    private static final int FRAMES = 8;

    @Test
    void shouldGoOnFromPassToPass() {
        TsLoop loop = new TsLoop(clip(), FRAMES * TsMaker.FRAME);
        Watch watch = new Watch();
        TsParser parser = new TsParser(watch);
        for (long ticks = 0; ticks < 5 * FRAMES * TsMaker.FRAME; ticks += 900) {
            ByteBuf due = loop.next(ticks, UnpooledByteBufAllocator.DEFAULT);
            parser.parse(due);
            due.release();
        }

        assertThat(watch.faults).isEmpty();
        assertThat(watch.times).hasSize(5 * FRAMES);
        for (int i = 1; i < watch.times.size(); i++) {
            assertThat(watch.times.get(i) - watch.times.get(i - 1)).isEqualTo(TsMaker.FRAME);
        }
    }

    @Test
    void shouldRefuseWhatIsNoClip() {
        assertThatThrownBy(() -> new TsLoop(new byte[187], 1)).hasMessageContaining("whole packets");
        assertThatThrownBy(() -> new TsLoop(new byte[188], 1)).hasMessageContaining("0x47");
    }

    private static byte[] clip() {
        TsMaker maker = new TsMaker(true, 0);
        List<byte[]> packets = new ArrayList<>(maker.psi());
        for (int i = 0; i < FRAMES; i++) {
            packets.addAll(maker.frame(i, i == 0, 700));
        }
        return TsMaker.buffer(packets).array();
    }

    private static final class Watch implements TsEvents {
        private final List<Long> times = new ArrayList<>();
        private final List<TsFault> faults = new ArrayList<>();

        @Override
        public void program(Psi psi) {}

        @Override
        public void pes(int offset, PesStart pes) {
            times.add(pes.dts());
        }

        @Override
        public void pcr(int offset, long pcr27Mhz, boolean discontinuity) {}

        @Override
        public void fault(int offset, TsFault kind) {
            faults.add(kind);
        }
    }
}
