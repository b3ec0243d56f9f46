package dev.penstock.dataplane.media.h264;

import java.util.Locale;
import java.util.Optional;

import dev.penstock.dataplane.media.RbspReader;

/**
 * A sequence parameter set of H.264 (ITU-T H.264 7.3.2.1.1).
 *
 * @param profileIdc profile_idc
 * @param constraints the byte of constraint_set flags
 * @param levelIdc level_idc
 * @param width pixels after cropping
 * @param height pixels after cropping
 * @param frameRate frames per second from the VUI, 0 when not told
 * @param reorderFrames frames that may stand before one in decoding order and behind it in presentation order, as the VUI or the
 *     profile says; -1 when not told
 */
public record H264Sps(int profileIdc, int constraints, int levelIdc, int width, int height, double frameRate,
        int reorderFrames) {
    private static final int MAX_PIXELS = 16_384;
    private static final int BASELINE = 66;

    /** CODECS element (RFC 6381, ISO/IEC 14496-15 annex E): {@code avc1.640028}. */
    public String codec() {
        return String.format(Locale.ROOT, "avc1.%02X%02X%02X", profileIdc, constraints, levelIdc);
    }

    /**
     * Reads an SPS.
     *
     * @param nal the NAL unit, its header first, emulation prevention still in
     * @return empty when it is damaged
     */
    public static Optional<H264Sps> parse(byte[] nal) {
        RbspReader in = new RbspReader(nal, 1, nal.length);
        int profile = in.bits(8);
        int constraints = in.bits(8);
        int level = in.bits(8);
        in.ue();
        int chroma = hasChroma(profile) ? chroma(in) : 1;
        in.ue();
        skipOrderCount(in);
        in.ue();
        in.bits(1);
        int widthMbs = in.ue() + 1;
        int heightUnits = in.ue() + 1;
        boolean framesOnly = in.flag();
        if (!framesOnly) {
            in.bits(1);
        }
        in.bits(1);
        int fields = framesOnly ? 1 : 2;
        int cropX = 0;
        int cropY = 0;
        if (in.flag()) {
            cropX = (in.ue() + in.ue()) * (chroma == 1 || chroma == 2 ? 2 : 1);
            cropY = (in.ue() + in.ue()) * (chroma == 1 ? 2 : 1) * fields;
        }
        if (in.exhausted() || widthMbs > MAX_PIXELS / 16 || heightUnits > MAX_PIXELS / 16) {
            return Optional.empty();
        }
        int width = widthMbs * 16 - cropX;
        int height = heightUnits * 16 * fields - cropY;
        if (width <= 0 || height <= 0) {
            return Optional.empty();
        }
        H264Vui vui = in.flag() ? H264Vui.read(in) : H264Vui.NONE;
        // The baseline profile has no B slices (A.2.1).
        int reorder = profile == BASELINE ? 0 : vui.reorderFrames();
        return Optional.of(new H264Sps(profile, constraints, level, width, height, vui.frameRate(), reorder));
    }

    private static boolean hasChroma(int profile) {
        return switch (profile) {
            case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 -> true;
            default -> false;
        };
    }

    private static int chroma(RbspReader in) {
        int chroma = in.ue();
        boolean separate = chroma == 3 && in.flag();
        in.ue();
        in.ue();
        in.bits(1);
        if (in.flag()) {
            for (int i = 0; i < (chroma == 3 ? 12 : 8); i++) {
                if (in.flag()) {
                    skipScalingList(in, i < 6 ? 16 : 64);
                }
            }
        }
        return separate ? 0 : chroma;
    }

    private static void skipScalingList(RbspReader in, int size) {
        int last = 8;
        int next = 8;
        for (int i = 0; i < size && !in.exhausted(); i++) {
            if (next != 0) {
                next = (last + in.se() + 256) & 0xFF;
            }
            last = next == 0 ? last : next;
        }
    }

    private static void skipOrderCount(RbspReader in) {
        int type = in.ue();
        if (type == 0) {
            in.ue();
        } else if (type == 1) {
            in.bits(1);
            in.se();
            in.se();
            int cycle = Math.min(255, in.ue());
            for (int i = 0; i < cycle; i++) {
                in.se();
            }
        }
    }
}
