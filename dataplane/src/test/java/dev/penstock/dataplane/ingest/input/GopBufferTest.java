package dev.penstock.dataplane.ingest.input;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.hub.TsMaker;
import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.SampleSink;
import dev.penstock.dataplane.media.SourceInfo;
import dev.penstock.dataplane.media.Track;

import static org.assertj.core.api.Assertions.assertThat;

class GopBufferTest {
    private final TsMaker maker = new TsMaker(true, 1);
    private final Taker taker = new Taker();

    @Test
    void shouldKeepTablesAndTheNewestGop() {
        GopBuffer buffer = new GopBuffer();
        buffer.packets(TsMaker.buffer(maker.psi()));
        assertThat(buffer.hasKey()).isFalse();
        buffer.packets(TsMaker.buffer(maker.frame(0, true, 500)));
        buffer.packets(TsMaker.buffer(maker.frame(1, false, 500)));
        List<byte[]> newest = new ArrayList<>();
        newest.addAll(maker.frame(2, true, 500));
        newest.addAll(maker.frame(3, false, 500));
        assertThat(buffer.packets(TsMaker.buffer(newest))).isTrue();
        buffer.drainTo(taker);

        assertThat(taker.packets).isEqualTo(2 + newest.size());
        assertThat(buffer.hasKey()).isFalse();
        assertThat(buffer.bytes()).isZero();
    }

    @Test
    void shouldBeBounded() {
        GopBuffer buffer = new GopBuffer(10_000);
        buffer.packets(TsMaker.buffer(maker.psi()));
        buffer.packets(TsMaker.buffer(maker.frame(0, true, 500)));
        for (int i = 1; i < 1000; i++) {
            buffer.packets(TsMaker.buffer(maker.frame(i, false, 500)));
            assertThat(buffer.bytes()).isLessThanOrEqualTo(10_000);
        }
        assertThat(buffer.hasKey()).isFalse();
        buffer.packets(TsMaker.buffer(maker.frame(1000, true, 500)));
        assertThat(buffer.hasKey()).isTrue();
        buffer.reset();
    }

    @Test
    void shouldKeepAccessUnitsFromTheNewestKeyOfTheVideo() {
        GopBuffer buffer = new GopBuffer();
        buffer.tracks(List.of(new Track(0, Codec.H264, new byte[0]), new Track(1, Codec.AAC, new byte[0])));
        List<ByteBuf> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(Unpooled.buffer(8).writeLong(i));
            buffer.sample(new Sample(i % 2, i, i, i % 2 == 1 || i % 4 == 0, all.getLast()));
        }
        buffer.drainTo(taker);

        assertThat(taker.times).containsExactly(8L, 9L);
        assertThat(all).allMatch(data -> data.refCnt() == 0);
    }

    private static final class Taker implements SampleSink {
        private final List<Long> times = new ArrayList<>();
        private int packets;

        @Override
        public void begin(SourceInfo source) {}

        @Override
        public void packets(ByteBuf in) {
            packets += in.readableBytes() / 188;
            in.release();
        }

        @Override
        public void tracks(List<Track> tracks) {}

        @Override
        public void sample(Sample sample) {
            times.add(sample.dts());
            sample.data().release();
        }

        @Override
        public void end(String reason) {}
    }
}
