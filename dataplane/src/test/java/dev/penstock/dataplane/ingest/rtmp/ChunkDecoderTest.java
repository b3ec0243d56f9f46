package dev.penstock.dataplane.ingest.rtmp;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ChunkDecoderTest {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final List<String> heard = new ArrayList<>();
    private final ChunkDecoder decoder = new ChunkDecoder(RtmpLimits.DEFAULTS, allocator, this::hear);

    private void hear(int type, int stream, long timestamp, ByteBuf body) {
        assertThat(body.capacity()).isEqualTo(body.readableBytes());
        heard.add(type + " " + stream + " " + timestamp + " "
                + (body.readableBytes() > 8 ? body.readableBytes() + " bytes" : ByteBufUtil.hexDump(body)));
        body.release();
    }

    @AfterEach
    void shouldHoldNothing() {
        decoder.close();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    private void feed(String hex) {
        ByteBuf in = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
        decoder.decode(in);
        assertThat(in.isReadable()).isFalse();
    }

    /** RTMP 1.0, 5.3.2.1: four messages of audio, each header as small as can be. */
    @Test
    void shouldReadAllFourHeaders() {
        feed("04 0003e8 000002 08 01000000 aaaa");
        feed("44 000014 000001 08 bb");
        feed("84 000014 cc");
        feed("c4 dd");

        assertThat(heard).containsExactly("8 1 1000 aaaa", "8 1 1020 bb", "8 1 1040 cc", "8 1 1060 dd");
    }

    @Test
    void shouldReadLongChunkStreamNumbersAndInterleavedMessages() {
        feed("02 000000 000004 01 00000000 00000002");
        feed("00 05 000001 000003 09 01000000 0102");
        feed("01 0501 000002 000003 08 01000000 a1a2");
        feed("c0 05 03");
        feed("c1 0501 a3");

        assertThat(heard).containsExactly("9 1 1 010203", "8 1 2 a1a2a3");
    }

    @ParameterizedTest
    @CsvSource({"01000000,repeated", "05060708,omitted", "00fffffe,delta"})
    void shouldReadExtendedTimestampsWhetherOrNotTheyAreRepeated(String ignored, String form) {
        feed("02 000000 000004 01 00000000 00000004");
        feed("04 ffffff 000008 09 01000000 01000000 01020304");
        feed(form.equals("omitted") ? "c4 05060708" : "c4 01000000 05060708");
        feed("44 ffffff 000008 09 01000000 01020304");
        feed(form.equals("omitted") ? "c4 05060708" : "c4 01000000 05060708");

        assertThat(heard).containsExactly("9 1 16777216 0102030405060708", "9 1 33554432 0102030405060708");
    }

    @Test
    void shouldWrapTimestamps() {
        feed("04 ffffff 000001 09 01000000 fffffff0 aa");
        feed("84 000020 bb");

        assertThat(heard).containsExactly("9 1 4294967280 aa", "9 1 16 bb");
    }

    @Test
    void shouldForgetAnAbortedMessage() {
        feed("04 000000 000090 09 01000000" + "aa".repeat(128));
        feed("02 000000 000004 02 00000000 00000004");
        feed("04 000005 000001 09 01000000 bb");

        assertThat(heard).containsExactly("9 1 5 bb");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "44 000000 000001 09 aa|chunk stream 4 starts with a header of type 1 (expected: 0)",
            "04 000000 800001 09 01000000|a message of type 9 with 8388609 bytes (expected: at most 8388608)",
            "04 000000 010001 14 01000000|a message of type 20 with 65537 bytes (expected: at most 65536)",
            "02 000000 000004 01 00000000 00000000|chunk size 0 (expected: at least 1)",
            "02 000000 000002 01 00000000 0000|a control message of 2 bytes (expected: 4)"})
    void shouldEndAtALimit(String bytes, String message) {
        assertThatThrownBy(() -> feed(bytes)).isInstanceOf(RtmpFault.class).hasMessage(message);
    }

    @Test
    void shouldBoundUnfinishedMessagesAndChunkStreams() {
        assertThatThrownBy(() -> {
            feed("04 000000 700000 09 01000000 00".repeat(1) + "00".repeat(127));
            feed("05 000000 700000 09 01000000" + "00".repeat(128));
        }).hasMessage("unfinished messages of more than 12582912 bytes");
        decoder.close();
        ChunkDecoder other = new ChunkDecoder(RtmpLimits.DEFAULTS, allocator, this::hear);
        assertThatThrownBy(() -> {
            for (int i = 3; i < 63; i++) {
                other.decode(Unpooled.buffer().writeByte(i).writeMedium(0).writeMedium(0).writeByte(8).writeInt(0));
            }
        }).hasMessage("more than 32 chunk streams");
        other.close();
    }

    private static void append(ByteBuf wire, ByteBuf chunks) {
        wire.writeBytes(chunks);
        chunks.release();
    }

    @Property(tries = 500)
    void shouldReadWhatTheWriterWritesHoweverItIsCut(@ForAll long seed,
            @ForAll @IntRange(min = 1, max = 200) int chunk) {
        Random random = new Random(seed);
        ByteBufAllocator heap = new UnpooledByteBufAllocator(false, true);
        ChunkWriter writer = new ChunkWriter();
        ByteBuf wire = heap.buffer();
        ByteBuf size = Unpooled.buffer(4).writeInt(chunk);
        append(wire, writer.write(heap, 2, MessageType.SET_CHUNK_SIZE, 0, 0, size));
        writer.chunkSize(chunk);
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            byte[] body = new byte[random.nextInt(600)];
            random.nextBytes(body);
            long time = random.nextInt(3) == 0 ? random.nextLong(1L << 32) : random.nextInt(1 << 24);
            sent.add("9 1 " + time + " " + ByteBufUtil.hexDump(body));
            append(wire, writer.write(heap, 6, MessageType.VIDEO, 1, time, Unpooled.wrappedBuffer(body)));
        }
        List<String> got = new ArrayList<>();
        ChunkDecoder reading = new ChunkDecoder(RtmpLimits.DEFAULTS, heap, (type, stream, time, body) -> {
            got.add(type + " " + stream + " " + time + " " + ByteBufUtil.hexDump(body));
            body.release();
        });
        while (wire.isReadable()) {
            reading.decode(wire.readSlice(Math.min(wire.readableBytes(), 1 + random.nextInt(40))));
        }
        reading.close();
        wire.release();
        assertThat(got).isEqualTo(sent);
    }

    @Property(tries = 3000)
    void shouldTakeAnyBytes(@ForAll byte[] bytes, @ForAll @IntRange(max = 2) int prefix) {
        UnpooledByteBufAllocator counted = new UnpooledByteBufAllocator(false);
        ChunkDecoder reading = new ChunkDecoder(RtmpLimits.DEFAULTS, counted,
                (type, stream, time, body) -> body.release());
        try {
            if (prefix > 0) {
                reading.decode(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump("030000000000020801000000")));
            }
            reading.decode(Unpooled.wrappedBuffer(bytes));
        } catch (RtmpFault fault) {
            assertThat(fault.reason()).isNotEmpty();
        }
        assertThat(counted.metric().usedHeapMemory()).isLessThanOrEqualTo(RtmpLimits.DEFAULTS.heldBytes());
        reading.close();
        assertThat(counted.metric().usedHeapMemory()).isZero();
    }
}
