package dev.penstock.dataplane.media.ts;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.opus.OpusHead;

/** What becomes of an elementary stream of a PMT. */
sealed interface EsFormat {
    /**
     * Its access units are taken out.
     *
     * @param codec how it is coded
     * @param config what the PMT tells of its configuration; empty of bytes when nothing
     * @param isLatm whether AAC stands in LATM, else behind ADTS headers
     */
    record Taken(Codec codec, byte[] config, boolean isLatm) implements EsFormat {
        private Taken(Codec codec, byte[] config) {
            this(codec, config, false);
        }
    }

    /**
     * It is video or audio that is not taken out.
     *
     * @param why one line for a person
     */
    record Refused(String why) implements EsFormat {}

    /** It is neither video nor audio. */
    record Ignored() implements EsFormat {}

    /**
     * From stream_type and descriptors (ISO/IEC 13818-1 table 2-34; ETSI EN 300 468 annex D).
     *
     * @param section a PMT section
     */
    static EsFormat of(byte[] section, PsiSections.Entry entry) {
        EsCodec kind = EsCodec.of(entry.streamType(), section, entry.descriptors(), entry.end());
        return switch (entry.streamType()) {
            case 0x1B -> new Taken(Codec.H264, new byte[0]);
            case 0x24 -> new Taken(Codec.H265, new byte[0]);
            case 0x0F -> new Taken(Codec.AAC, new byte[0]);
            case 0x11 -> new Taken(Codec.AAC, new byte[0], true);
            case 0x03, 0x04 -> new Taken(Codec.MPEG_AUDIO, new byte[0]);
            case 0x81 -> new Taken(Codec.AC3, new byte[0]);
            case 0x06 -> privateData(section, entry, kind);
            default -> kind.kind() == Psi.Kind.OTHER ? new Ignored() : refused(entry, name(entry.streamType()));
        };
    }

    private static EsFormat privateData(byte[] section, PsiSections.Entry entry, EsCodec kind) {
        if (kind == EsCodec.H265) {
            return new Taken(Codec.H265, new byte[0]);
        }
        if (kind.kind() == Psi.Kind.OTHER) {
            return new Ignored();
        }
        String id = registration(section, entry);
        if (id.equals("AC-3") || (id.isEmpty() && descriptor(section, entry, 0x6A) >= 0)) {
            return new Taken(Codec.AC3, new byte[0]);
        }
        if (id.equals("Opus")) {
            return opus(section, entry).<EsFormat>map(head -> new Taken(Codec.OPUS, head.bytes()))
                    .orElseGet(() -> refused(entry, "Opus with another mapping than that of 1 to 8 channels"));
        }
        return refused(entry, id.isEmpty() ? "private audio" : id);
    }

    /** From the Opus audio descriptor: extension tag 0x80 and channel_config_code, 1 to 8 (wiki.xiph.org/OpusTS). */
    private static Optional<OpusHead> opus(byte[] section, PsiSections.Entry entry) {
        int at = descriptor(section, entry, 0x7F);
        int code = at >= 0 && at + 4 <= entry.end() && (section[at + 2] & 0xFF) == 0x80 ? section[at + 3] & 0xFF : 0;
        return OpusHead.ofVorbisOrder(code);
    }

    private static Refused refused(PsiSections.Entry entry, String name) {
        return new Refused(
                "PID 0x%x: %s (stream type 0x%02x) (expected: H.264, H.265, AAC, MPEG audio, AC-3 or Opus)"
                        .formatted(entry.pid(), name, entry.streamType()));
    }

    private static String name(int streamType) {
        return switch (streamType) {
            case 0x01 -> "MPEG-1 video";
            case 0x02 -> "MPEG-2 video";
            case 0x10 -> "MPEG-4 part 2 video";
            case 0x1F, 0x20 -> "a part of H.264 video";
            case 0x33 -> "H.266 video";
            case 0x82, 0x85, 0x86 -> "DTS audio";
            case 0x84, 0x87 -> "E-AC-3 audio";
            default -> "another coding";
        };
    }

    private static String registration(byte[] section, PsiSections.Entry entry) {
        int at = descriptor(section, entry, 0x05);
        return at >= 0 && at + 6 <= entry.end() ? new String(section, at + 2, 4, StandardCharsets.ISO_8859_1) : "";
    }

    /** Index of the first descriptor of a tag, or -1. */
    private static int descriptor(byte[] section, PsiSections.Entry entry, int tag) {
        for (int at = entry.descriptors(); at + 2 <= entry.end(); at += 2 + (section[at + 1] & 0xFF)) {
            if ((section[at] & 0xFF) == tag) {
                return at;
            }
        }
        return -1;
    }
}
