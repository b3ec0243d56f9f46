package dev.penstock.dataplane.media.ts;

/**
 * Decides from the first bytes of an access unit in Annex B or MPEG start code format whether decoding can start there.
 *
 * <p>H.264 (ITU-T H.264 7.3.1): the first slice is of an IDR picture; or it is not, and an SPS stands before it together with a
 * recovery point SEI message or with random_access_indicator. H.265: the first slice is of an IRAP picture (types 16 to 23).
 * MPEG-1 and MPEG-2: a sequence header before the first picture. MPEG-4 part 2: the first VOP is intra coded. When the bytes
 * end before the first slice: random_access_indicator, or parameter sets seen.
 */
final class KeyFinder {
    private static final int H264_SLICE = 1;
    private static final int H264_IDR = 5;
    private static final int H264_SEI = 6;
    private static final int H264_SPS = 7;
    private static final int H265_FIRST_IRAP = 16;
    private static final int H265_LAST_VCL = 31;
    private static final int H265_SPS = 33;
    private static final int SEI_RECOVERY_POINT = 6;
    private static final int MPEG2_PICTURE = 0x00;
    private static final int MPEG2_SEQUENCE = 0xB3;
    private static final int MPEG4_VOP = 0xB6;

    private KeyFinder() {}

    /**
     * Reads until it is decided.
     *
     * @param codec what the bytes are
     * @param bytes the PES packet after its header
     * @param keyFlag random_access_indicator
     */
    static boolean isKey(EsCodec codec, PesCursor bytes, boolean keyFlag) {
        return switch (codec) {
            case H264 -> h264(bytes, keyFlag);
            case H265 -> h265(bytes, keyFlag);
            case MPEG2 -> mpeg2(bytes, keyFlag);
            case MPEG4 -> mpeg4(bytes, keyFlag);
            case OTHER_VIDEO, OTHER -> keyFlag;
            case AUDIO -> true;
        };
    }

    private static boolean h264(PesCursor bytes, boolean keyFlag) {
        boolean sps = false;
        boolean recovery = false;
        int code = nextStartCode(bytes);
        while (code >= 0) {
            int type = code & 0x1F;
            if (type == H264_IDR) {
                return true;
            }
            if (type >= H264_SLICE && type < H264_IDR) {
                return sps && (recovery || keyFlag);
            }
            sps |= type == H264_SPS;
            if (type == H264_SEI) {
                recovery |= firstMessagesHaveRecoveryPoint(bytes);
            }
            code = nextStartCode(bytes);
        }
        return keyFlag || sps;
    }

    private static boolean h265(PesCursor bytes, boolean keyFlag) {
        boolean sps = false;
        int code = nextStartCode(bytes);
        while (code >= 0) {
            int type = (code >> 1) & 0x3F;
            if (type <= H265_LAST_VCL) {
                return type >= H265_FIRST_IRAP && type <= 23;
            }
            sps |= type == H265_SPS;
            code = nextStartCode(bytes);
        }
        return keyFlag || sps;
    }

    private static boolean mpeg2(PesCursor bytes, boolean keyFlag) {
        int code = nextStartCode(bytes);
        while (code >= 0) {
            if (code == MPEG2_SEQUENCE || code == MPEG2_PICTURE) {
                return code == MPEG2_SEQUENCE;
            }
            code = nextStartCode(bytes);
        }
        return keyFlag;
    }

    private static boolean mpeg4(PesCursor bytes, boolean keyFlag) {
        int code = nextStartCode(bytes);
        while (code >= 0) {
            if (code == MPEG4_VOP) {
                int type = bytes.read();
                return type < 0 ? keyFlag : type >> 6 == 0;
            }
            code = nextStartCode(bytes);
        }
        return keyFlag;
    }

    /** The byte after the next 00 00 01, or -1. */
    private static int nextStartCode(PesCursor bytes) {
        int window = -1;
        int next = bytes.read();
        while (next >= 0) {
            window = (window << 8) | next;
            if ((window & 0xFFFFFF) == 1) {
                return bytes.read();
            }
            next = bytes.read();
        }
        return -1;
    }

    /**
     * Reads the messages of an SEI NAL unit (ITU-T H.264 7.3.2.3) until a recovery point or the first message that is long enough
     * to need skipping over emulation prevention; those before a recovery point (buffering period, picture timing) are short.
     */
    private static boolean firstMessagesHaveRecoveryPoint(PesCursor bytes) {
        while (true) {
            int type = seiNumber(bytes);
            if (type == SEI_RECOVERY_POINT) {
                return true;
            }
            if (type < 0 || type == 0x80) {
                return false;
            }
            int size = seiNumber(bytes);
            if (size < 0 || size > 64 || !skip(bytes, size)) {
                return false;
            }
        }
    }

    private static int seiNumber(PesCursor bytes) {
        int sum = 0;
        int next = bytes.read();
        while (next == 0xFF && sum < 4096) {
            sum += 255;
            next = bytes.read();
        }
        return next < 0 ? -1 : sum + next;
    }

    /** Skips payload bytes and the emulation prevention bytes among them; false when they end or a start code cuts them. */
    private static boolean skip(PesCursor bytes, int size) {
        int zeros = 0;
        for (int i = 0; i < size; i++) {
            int next = bytes.read();
            if (zeros >= 2 && next == 3) {
                next = bytes.read();
                zeros = 0;
            }
            if (next < 0 || (zeros >= 2 && next == 1)) {
                return false;
            }
            zeros = next == 0 ? zeros + 1 : 0;
        }
        return true;
    }
}
