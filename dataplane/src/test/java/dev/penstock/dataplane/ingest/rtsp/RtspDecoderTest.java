package dev.penstock.dataplane.ingest.rtsp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.assertj.core.api.Assertions.assertThat;

class RtspDecoderTest implements RtspDecoder.Output {
    private final List<String> seen = new ArrayList<>();

    @Property(tries = 200)
    void shouldReadTheSameHoweverItIsCut(@ForAll long seed) {
        String text = FakeCamera.packet(0, 1, 2, true, "0011")
                + "RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 5\r\n\r\nab$cd\r\n"
                + FakeCamera.packet(1, 1, 2, true, "00112233") + "OPTIONS * RTSP/1.0\nCSeq: 2\n\n"
                + FakeCamera.packet(2, 1, 2, false, "");
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        List<String> whole = read(List.of(bytes));
        Random random = new Random(seed);
        List<byte[]> cuts = new ArrayList<>();
        for (int at = 0; at < bytes.length;) {
            int next = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 3 : 60));
            cuts.add(java.util.Arrays.copyOfRange(bytes, at, next));
            at = next;
        }
        assertThat(whole).hasSize(5);
        assertThat(read(cuts)).isEqualTo(whole);
    }

    @Property(tries = 300)
    void shouldLiveThroughAnyBytes(@ForAll byte[] bytes, @ForAll boolean after) {
        byte[] start = after ? "RTSP/1.0 200 OK\r\n".getBytes(StandardCharsets.US_ASCII) : new byte[]{'$'};
        assertThat(read(List.of(start, bytes, bytes))).isNotNull();
    }

    private List<String> read(List<byte[]> cuts) {
        seen.clear();
        RtspDecoder decoder = new RtspDecoder(RtspLimits.DEFAULTS, UnpooledByteBufAllocator.DEFAULT, this);
        for (byte[] cut : cuts) {
            ByteBuf in = Unpooled.wrappedBuffer(cut);
            decoder.feed(in);
            assertThat(in.refCnt()).isEqualTo(1);
        }
        decoder.close();
        return List.copyOf(seen);
    }

    @Override
    public void answer(RtspAnswer answer) {
        seen.add(answer.status() + answer.headers().toString() + answer.body());
    }

    @Override
    public void request(String method, Map<String, List<String>> headers) {
        seen.add(method + headers);
    }

    @Override
    public void packet(int channel, ByteBuf buf, int at, int end) {
        seen.add(channel + ByteBufUtil.hexDump(buf, at, end - at));
    }

    @Override
    public void failed(String reason) {
        seen.add(reason);
    }
}
