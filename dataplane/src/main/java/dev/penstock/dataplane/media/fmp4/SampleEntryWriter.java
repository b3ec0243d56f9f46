package dev.penstock.dataplane.media.fmp4;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.media.opus.OpusHead;

import static dev.penstock.dataplane.media.fmp4.BoxWriter.box;
import static dev.penstock.dataplane.media.fmp4.BoxWriter.fullBox;

/** Writes sample entries (ISO/IEC 14496-12 8.5.2, 12.1.3, 12.2.3), the other direction of {@link SampleEntry}. */
final class SampleEntryWriter {
    private static final int AAC = 0x40;
    private static final int DPI_72 = 0x0048_0000;

    private SampleEntryWriter() {}

    static void write(ByteBuf out, OutputTrack track) {
        switch (track.codec()) {
            case H264 -> box(out, "avc1", () -> {
                video(out, track);
                box(out, "avcC", () -> out.writeBytes(track.config()));
            });
            case H265 -> box(out, "hvc1", () -> {
                video(out, track);
                box(out, "hvcC", () -> out.writeBytes(track.config()));
            });
            case AAC -> mp4a(out, track, AAC, track.config());
            case MPEG_AUDIO -> mp4a(out, track, track.config()[0], new byte[0]);
            case OPUS -> box(out, "Opus", () -> {
                audio(out, track);
                box(out, "dOps", () -> opus(out, OpusHead.parse(track.config()).orElseThrow()));
            });
            case AC3 -> box(out, "ac-3", () -> {
                audio(out, track);
                box(out, "dac3", () -> out.writeBytes(track.config()));
            });
            case AV1 -> throw new IllegalArgumentException("AV1 (expected: a coding that OutputTrack.of takes)");
        }
    }

    private static void video(ByteBuf out, OutputTrack track) {
        out.writeZero(6).writeShort(1).writeZero(16);
        out.writeShort(track.width()).writeShort(track.height()).writeInt(DPI_72).writeInt(DPI_72).writeZero(4);
        out.writeShort(1).writeZero(32).writeShort(24).writeShort(-1);
    }

    private static void audio(ByteBuf out, OutputTrack track) {
        out.writeZero(6).writeShort(1).writeZero(8);
        out.writeShort(track.channels()).writeShort(16).writeZero(4);
        // 16.16: a rate above 65535 does not fit, and decoders take it from the configuration.
        out.writeInt(track.timescale() > 0xFFFF ? 0 : track.timescale() << 16);
    }

    /** ESDBox (ISO/IEC 14496-14 5.6): an ES_Descriptor with its lengths of one byte (14496-1 7.2.6.5). */
    private static void mp4a(ByteBuf out, OutputTrack track, int objectType, byte[] specific) {
        int info = specific.length == 0 ? 0 : 2 + specific.length;
        int config = 13 + info;
        box(out, "mp4a", () -> {
            audio(out, track);
            fullBox(out, "esds", 0, 0, () -> {
                out.writeByte(3).writeByte(3 + 2 + config + 3).writeShort(1).writeByte(0);
                out.writeByte(4).writeByte(config).writeByte(objectType).writeByte(0x15).writeZero(11);
                if (info > 0) {
                    out.writeByte(5).writeByte(specific.length).writeBytes(specific);
                }
                out.writeByte(6).writeByte(1).writeByte(2);
            });
        });
    }

    /** OpusSpecificBox (Encapsulation of Opus in ISO BMFF 4.3.2). */
    private static void opus(ByteBuf out, OpusHead head) {
        out.writeByte(0).writeByte(head.channels()).writeShort(head.preSkip()).writeInt(head.inputRate());
        out.writeShort(head.gain()).writeByte(head.family()).writeBytes(head.mapping());
    }
}
