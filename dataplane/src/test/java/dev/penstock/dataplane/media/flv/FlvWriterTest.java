package dev.penstock.dataplane.media.flv;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

import static org.assertj.core.api.Assertions.assertThat;

class FlvWriterTest {
    private static final UnpooledByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;

    private static String frame(Codec codec, boolean key, long dts, long pts, int... data) {
        byte[] bytes = new byte[data.length];
        for (int i = 0; i < data.length; i++) {
            bytes[i] = (byte) data[i];
        }
        Sample sample = new Sample(0, dts, pts, key, Unpooled.wrappedBuffer(bytes));
        ByteBuf body = FlvWriter.frame(codec, sample, ALLOCATOR);
        assertThat(sample.data().refCnt()).isOne();
        assertThat(sample.data().readableBytes()).isEqualTo(data.length);
        return hex(body);
    }

    private static String config(Codec codec, int... data) {
        byte[] bytes = new byte[data.length];
        for (int i = 0; i < data.length; i++) {
            bytes[i] = (byte) data[i];
        }
        return FlvWriter.config(new Track(0, codec, bytes), ALLOCATOR).map(FlvWriterTest::hex).orElse("none");
    }

    private static String hex(ByteBuf body) {
        String text = ByteBufUtil.hexDump(body);
        body.release();
        return text;
    }

    @Test
    void shouldMakeBodiesAsTheSpecificationsSay() {
        assertThat(config(Codec.H264, 1, 0x42)).isEqualTo("1700000000" + "0142");
        assertThat(frame(Codec.H264, true, 9000, 9000 + 3600, 5, 6)).isEqualTo("1701000028" + "0506");
        assertThat(frame(Codec.H264, false, 9000, 9000, 5)).isEqualTo("2701000000" + "05");
        assertThat(config(Codec.H265, 1, 2)).isEqualTo("90" + "68766331" + "0102");
        assertThat(frame(Codec.H265, true, 0, 900, 7)).isEqualTo("91" + "68766331" + "00000a" + "07");
        assertThat(frame(Codec.H265, false, 0, 0, 7)).isEqualTo("a1" + "68766331" + "000000" + "07");
        assertThat(config(Codec.AAC, 0x11, 0x90)).isEqualTo("af00" + "1190");
        assertThat(frame(Codec.AAC, true, 0, 0, 1, 2, 3)).isEqualTo("af01" + "010203");
        assertThat(config(Codec.OPUS, 1)).isEqualTo("none");
    }

    @Test
    void shouldBeReadAsItWasWritten() {
        List<Sample> samples = new ArrayList<>();
        FlvReader reader = new FlvReader(new FlvEvents() {
            @Override
            public void tracks(List<Track> tracks) {
                assertThat(tracks).extracting(Track::codec).containsExactly(Codec.AAC);
            }

            @Override
            public void sample(Sample sample) {
                samples.add(sample);
            }

            @Override
            public void discontinuity(String reason) {}

            @Override
            public void refused(String reason) {}
        });
        reader.metadata(false, true);
        reader.audio(0, FlvWriter.config(new Track(0, Codec.AAC, new byte[]{0x11, (byte) 0x90}), ALLOCATOR)
                .orElseThrow());
        Sample sample = new Sample(0, 0, 0, true, Unpooled.wrappedBuffer(new byte[]{9, 8}));
        reader.audio(21, FlvWriter.frame(Codec.AAC, sample, ALLOCATOR));
        assertThat(samples).singleElement().satisfies(read -> {
            assertThat(ByteBufUtil.hexDump(read.data())).isEqualTo("0908");
            read.data().release();
        });
        reader.close();
    }
}
