package dev.penstock.dataplane.media.h265;

import java.util.Locale;
import java.util.Optional;

import dev.penstock.dataplane.media.RbspReader;

/**
 * A sequence parameter set of H.265 (ITU-T H.265 7.3.2.2), up to the order of pictures.
 *
 * @param codec CODECS element (RFC 6381, ISO/IEC 14496-15 annex E): {@code hvc1.1.6.L93.B0}
 * @param width pixels after the conformance window
 * @param height pixels after the conformance window
 * @param reorderFrames pictures that may stand before one in decoding order and behind it in presentation order; 0 to 16
 */
public record H265Sps(String codec, int width, int height, int reorderFrames) {
    private static final int MAX_PIXELS = 16_384;
    private static final int MAX_REORDER = 16;

    /**
     * Reads an SPS.
     *
     * @param nal the NAL unit, its header first, emulation prevention still in
     * @return empty when it is damaged
     */
    public static Optional<H265Sps> parse(byte[] nal) {
        RbspReader in = new RbspReader(nal, 2, nal.length);
        in.bits(4);
        int subLayers = in.bits(3);
        in.bits(1);
        String codec = profileTierLevel(in);
        skipSubLayers(in, subLayers);
        in.ue();
        int chroma = in.ue();
        if (chroma == 3) {
            in.bits(1);
        }
        int width = in.ue();
        int height = in.ue();
        if (width > MAX_PIXELS || height > MAX_PIXELS) {
            return Optional.empty();
        }
        if (in.flag()) {
            width -= (in.ue() + in.ue()) * (chroma == 1 || chroma == 2 ? 2 : 1);
            height -= (in.ue() + in.ue()) * (chroma == 1 ? 2 : 1);
        }
        if (in.exhausted() || width <= 0 || height <= 0) {
            return Optional.empty();
        }
        return Optional.of(new H265Sps(codec, width, height, reorderFrames(in, subLayers)));
    }

    /** sps_max_num_reorder_pics of the highest sub-layer. */
    private static int reorderFrames(RbspReader in, int subLayers) {
        in.ue();
        in.ue();
        in.ue();
        int reorder = 0;
        for (int i = in.flag() ? 0 : subLayers; i <= subLayers; i++) {
            in.ue();
            reorder = in.ue();
            in.ue();
        }
        return in.exhausted() ? 0 : Math.min(reorder, MAX_REORDER);
    }

    private static String profileTierLevel(RbspReader in) {
        int space = in.bits(2);
        boolean high = in.flag();
        int profile = in.bits(5);
        int compatibility = Integer.reverse(in.bits(32));
        int[] constraints = new int[6];
        int used = 0;
        for (int i = 0; i < constraints.length; i++) {
            constraints[i] = in.bits(8);
            used = constraints[i] != 0 ? i + 1 : used;
        }
        int level = in.bits(8);
        StringBuilder codec = new StringBuilder("hvc1.");
        if (space > 0) {
            codec.append((char) ('A' + space - 1));
        }
        codec.append(profile).append('.').append(Integer.toHexString(compatibility).toUpperCase(Locale.ROOT));
        codec.append('.').append(high ? 'H' : 'L').append(level);
        for (int i = 0; i < used; i++) {
            codec.append('.').append(Integer.toHexString(constraints[i]).toUpperCase(Locale.ROOT));
        }
        return codec.toString();
    }

    static void skipSubLayers(RbspReader in, int subLayers) {
        boolean[] profile = new boolean[subLayers];
        boolean[] level = new boolean[subLayers];
        for (int i = 0; i < subLayers; i++) {
            profile[i] = in.flag();
            level[i] = in.flag();
        }
        for (int i = subLayers; subLayers > 0 && i < 8; i++) {
            in.bits(2);
        }
        for (int i = 0; i < subLayers; i++) {
            for (int byteOfProfile = 0; profile[i] && byteOfProfile < 11; byteOfProfile++) {
                in.bits(8);
            }
            if (level[i]) {
                in.bits(8);
            }
        }
    }
}
