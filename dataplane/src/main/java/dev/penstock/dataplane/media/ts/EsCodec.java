package dev.penstock.dataplane.media.ts;

/** What an elementary stream is, as far as looking for key access units needs to know. */
enum EsCodec {
    H264, H265, MPEG2, MPEG4, OTHER_VIDEO, AUDIO, OTHER;

    private static final EsCodec[] VALUES = values();

    /** By ordinal, without copying the values. */
    static EsCodec at(int ordinal) {
        return VALUES[ordinal];
    }

    /** The kind that the rest of the program distinguishes. */
    Psi.Kind kind() {
        return switch (this) {
            case H264, H265, MPEG2, MPEG4, OTHER_VIDEO -> Psi.Kind.VIDEO;
            case AUDIO -> Psi.Kind.AUDIO;
            case OTHER -> Psi.Kind.OTHER;
        };
    }

    /**
     * From stream_type and, for private data, descriptors (ISO/IEC 13818-1 table 2-34; ETSI EN 300 468 annex D;
     * registrations of SMPTE RA).
     *
     * @param section a PMT section
     * @param from first descriptor of the stream
     * @param to end of its descriptors
     */
    static EsCodec of(int streamType, byte[] section, int from, int to) {
        return switch (streamType) {
            case 0x1B, 0x1F, 0x20 -> H264;
            case 0x24 -> H265;
            case 0x01, 0x02 -> MPEG2;
            case 0x10 -> MPEG4;
            case 0x21, 0x32, 0x33, 0x42, 0xD1, 0xD2, 0xEA -> OTHER_VIDEO;
            case 0x03, 0x04, 0x0F, 0x11, 0x1C, 0x2D, 0x2E, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87 -> AUDIO;
            case 0x06 -> ofDescriptors(section, from, to);
            default -> OTHER;
        };
    }

    private static EsCodec ofDescriptors(byte[] section, int from, int to) {
        for (int at = from; at + 2 <= to; at += 2 + (section[at + 1] & 0xFF)) {
            int tag = section[at] & 0xFF;
            if (tag == 0x6A || tag == 0x7A || tag == 0x7B || tag == 0x7C) {
                return AUDIO;
            }
            if (tag == 0x05 && at + 6 <= to) {
                String id = new String(section, at + 2, 4, java.nio.charset.StandardCharsets.ISO_8859_1);
                switch (id) {
                    case "HEVC" :
                        return H265;
                    case "AV01", "VVC " :
                        return OTHER_VIDEO;
                    case "Opus", "AC-3", "EAC3", "DTS1", "DTS2", "DTS3", "BSSD" :
                        return AUDIO;
                    default :
                        break;
                }
            }
        }
        return OTHER;
    }
}
