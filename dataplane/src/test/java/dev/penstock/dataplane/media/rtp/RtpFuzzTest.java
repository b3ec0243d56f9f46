package dev.penstock.dataplane.media.rtp;

import java.util.List;
import java.util.Map;
import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.assertj.core.api.Assertions.assertThat;

/** Packets of any bytes: nothing is thrown, nothing is kept that should not be, times rise. */
class RtpFuzzTest {
    private static final List<RtpFormat> FORMATS = List.of(Packets.format(96, "H264", 90_000, Map.of()),
            Packets.format(96, "H265", 90_000, Map.of()),
            Packets.format(96, "H265", 90_000, Map.of("sprop-max-don-diff", "2")),
            Packets.format(96, "MPEG4-GENERIC", 48_000, Map.of("config", "1190")),
            Packets.format(96, "MP4A-LATM", 48_000, Map.of("cpresent", "0", "config", "40002320")),
            Packets.format(96, "MP4A-LATM", 48_000, Map.of()), Packets.format(96, "OPUS", 48_000, Map.of()));

    @Property(tries = 400)
    void shouldLiveThroughAnyPackets(@ForAll long seed, @ForAll boolean reorder) {
        Random random = new Random(seed);
        for (RtpFormat format : FORMATS) {
            Packets packets = new Packets(reorder);
            RtpTrack track = packets.session.add(0, format);
            int sequence = random.nextInt(65_536);
            for (int i = 0; i < 80; i++) {
                sequence = random.nextInt(10) == 0 ? random.nextInt(65_536) : sequence + 1 + random.nextInt(-1, 2);
                ByteBuf packet = packet(random, sequence & 0xFFFF, i);
                track.packet(packet, 0, packet.writerIndex(), i * 10_000_000L);
                if (random.nextInt(8) == 0) {
                    packets.session.control(track, packet, 0, packet.writerIndex());
                }
                assertThat(packet.refCnt()).isEqualTo(1);
                packet.release();
            }
            packets.session.close();
            for (int i = 1; i < packets.samples.size(); i++) {
                assertThat(packets.samples.get(i).dts()).isGreaterThan(packets.samples.get(i - 1).dts());
            }
            packets.samples.forEach(sample -> {
                assertThat(sample.pts()).isGreaterThanOrEqualTo(sample.dts());
                assertThat(sample.data().readableBytes()).isBetween(1, 64 * 1024);
                assertThat(sample.data().release()).isTrue();
            });
        }
    }

    private static ByteBuf packet(Random random, int sequence, int number) {
        ByteBuf packet = Unpooled.buffer();
        int kind = random.nextInt(6);
        packet.writeByte(random.nextInt(12) == 0 ? random.nextInt(256) : 0x80)
                .writeByte(random.nextInt(12) == 0 ? random.nextInt(256) : 96 | random.nextInt(2) << 7)
                .writeShort(sequence).writeInt(random.nextInt(20) == 0 ? random.nextInt() : number / 2 * 3600)
                .writeInt(random.nextInt(30) == 0 ? 5 : 7);
        switch (kind) {
            case 0 -> packet.writeBytes(java.util.HexFormat.of().parseHex(Packets.sets()));
            case 1 -> packet.writeBytes(java.util.HexFormat.of().parseHex(Packets.IDR));
            case 2 -> packet.writeByte(0x5c).writeByte(random.nextInt(256)).writeBytes(bytes(random, 40));
            case 3 ->
                packet.writeByte(49 << 1).writeByte(1).writeByte(random.nextInt(256)).writeBytes(bytes(random, 40));
            case 4 -> packet.writeBytes(bytes(random, 3000));
            default -> packet.writeShort(random.nextInt(64)).writeBytes(bytes(random, 40));
        }
        return random.nextInt(10) == 0 ? packet.writerIndex(random.nextInt(packet.writerIndex() + 1)) : packet;
    }

    private static byte[] bytes(Random random, int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }
}
