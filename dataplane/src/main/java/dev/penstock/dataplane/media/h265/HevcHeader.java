package dev.penstock.dataplane.media.h265;

import java.util.Optional;

import dev.penstock.dataplane.media.RbspReader;

/** Makes the first 22 bytes of an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 8.3.3.1) from an SPS (ITU-T H.265 7.3.2.2). */
final class HevcHeader {
    private static final int MAX_DEPTH = 8;

    private HevcHeader() {}

    /** Empty when the SPS is damaged. */
    static Optional<byte[]> of(byte[] sps) {
        if (sps.length < 4) {
            return Optional.empty();
        }
        byte[] header = new byte[22];
        header[0] = 1;
        RbspReader in = new RbspReader(sps, 2, sps.length);
        in.bits(4);
        int subLayers = in.bits(3);
        int nested = in.bits(1);
        for (int i = 1; i <= 12; i++) {
            header[i] = (byte) in.bits(8);
        }
        H265Sps.skipSubLayers(in, subLayers);
        in.ue();
        int chroma = in.ue();
        if (chroma == 3) {
            in.bits(1);
        }
        in.ue();
        in.ue();
        if (in.flag()) {
            for (int i = 0; i < 4; i++) {
                in.ue();
            }
        }
        int luma = in.ue();
        int chromaDepth = in.ue();
        if (in.exhausted() || chroma > 3 || luma > MAX_DEPTH || chromaDepth > MAX_DEPTH) {
            return Optional.empty();
        }
        header[13] = (byte) 0xF0;
        header[15] = (byte) 0xFC;
        header[16] = (byte) (0xFC | chroma);
        header[17] = (byte) (0xF8 | (luma & 7));
        header[18] = (byte) (0xF8 | (chromaDepth & 7));
        header[21] = (byte) ((subLayers + 1) << 3 | nested << 2 | 3);
        return Optional.of(header);
    }
}
