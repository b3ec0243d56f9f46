package dev.penstock.dataplane.media.fmp4;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import static dev.penstock.dataplane.media.fmp4.BoxWriter.box;
import static dev.penstock.dataplane.media.fmp4.BoxWriter.fullBox;
import static dev.penstock.dataplane.media.fmp4.BoxWriter.type;

/**
 * Writes a CMAF header: the initialization segment of one track (ISO/IEC 23000-19 7.3.1). Its fragments are made by
 * {@link FragmentWriter}. Pure: the same track, the same bytes.
 */
public final class InitWriter {
    /** track_ID of the track. */
    static final int TRACK_ID = 1;
    /** Enabled, in the movie, in previews (ISO/IEC 14496-12 8.3.1). */
    private static final int TRACK_FLAGS = 7;
    private static final int UND = 0x55C4;
    private static final int MATRIX_BYTES = 36;
    private static final int ONE = 0x0001_0000;

    private InitWriter() {}

    /** ftyp and moov. */
    public static byte[] write(OutputTrack track) {
        ByteBuf entry = Unpooled.buffer(256);
        SampleEntryWriter.write(entry, track);
        return write(new TrackHead(track.codec().isVideo(), ByteBufUtil.getBytes(entry), track.timescale(),
                track.width(), track.height(), UND, 0, new byte[0]));
    }

    /** ftyp and moov of a track whose sample entry is there already. */
    public static byte[] write(TrackHead track) {
        ByteBuf out = Unpooled.buffer(1024);
        box(out, "ftyp", () -> {
            type(out, "cmfc");
            out.writeInt(0);
            List.of("iso6", "cmfc", "dash").forEach(brand -> type(out, brand));
        });
        box(out, "moov", () -> {
            mvhd(out, track);
            trak(out, track);
            box(out, "mvex", () -> fullBox(out, "trex", 0, 0,
                    () -> out.writeInt(TRACK_ID).writeInt(1).writeInt(0).writeInt(0).writeInt(0)));
        });
        return ByteBufUtil.getBytes(out);
    }

    private static void mvhd(ByteBuf out, TrackHead track) {
        fullBox(out, "mvhd", 0, 0, () -> {
            out.writeInt(0).writeInt(0).writeInt(track.timescale()).writeInt(0);
            out.writeInt(ONE).writeShort(0x0100).writeZero(10);
            matrix(out);
            out.writeZero(24).writeInt(TRACK_ID + 1);
        });
    }

    private static void trak(ByteBuf out, TrackHead track) {
        boolean video = track.video();
        box(out, "trak", () -> {
            fullBox(out, "tkhd", 0, TRACK_FLAGS, () -> {
                out.writeInt(0).writeInt(0).writeInt(TRACK_ID).writeInt(0).writeInt(0).writeZero(8);
                out.writeShort(0).writeShort(0).writeShort(video ? 0 : 0x0100).writeShort(0);
                if (track.matrix().length == MATRIX_BYTES) {
                    out.writeBytes(track.matrix());
                } else {
                    matrix(out);
                }
                out.writeInt(track.width() << 16).writeInt(track.height() << 16);
            });
            if (track.startTicks() > 0) {
                // 8.6.6: from here to the end of the media, which is not known yet.
                box(out, "edts", () -> fullBox(out, "elst", 1, 0,
                        () -> out.writeInt(1).writeLong(0).writeLong(track.startTicks()).writeInt(ONE)));
            }
            box(out, "mdia", () -> {
                fullBox(out, "mdhd", 0, 0, () -> out.writeInt(0).writeInt(0).writeInt(track.timescale()).writeInt(0)
                        .writeShort(track.language()).writeShort(0));
                fullBox(out, "hdlr", 0, 0, () -> {
                    out.writeInt(0);
                    type(out, video ? "vide" : "soun");
                    out.writeZero(12);
                    type(out, video ? "video" : "audio");
                    out.writeByte(0);
                });
                box(out, "minf", () -> minf(out, track, video));
            });
        });
    }

    private static void minf(ByteBuf out, TrackHead track, boolean video) {
        if (video) {
            fullBox(out, "vmhd", 0, 1, () -> out.writeZero(8));
        } else {
            fullBox(out, "smhd", 0, 0, () -> out.writeZero(4));
        }
        box(out, "dinf", () -> fullBox(out, "dref", 0, 0, () -> {
            out.writeInt(1);
            fullBox(out, "url ", 0, 1, () -> {});
        }));
        box(out, "stbl", () -> {
            fullBox(out, "stsd", 0, 0, () -> {
                out.writeInt(1);
                out.writeBytes(track.entry());
            });
            fullBox(out, "stts", 0, 0, () -> out.writeInt(0));
            fullBox(out, "stsc", 0, 0, () -> out.writeInt(0));
            fullBox(out, "stsz", 0, 0, () -> out.writeInt(0).writeInt(0));
            fullBox(out, "stco", 0, 0, () -> out.writeInt(0));
        });
    }

    private static void matrix(ByteBuf out) {
        out.writeInt(ONE).writeZero(12).writeInt(ONE).writeZero(12).writeInt(0x4000_0000);
    }
}
