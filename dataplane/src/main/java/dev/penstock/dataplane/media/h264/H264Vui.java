package dev.penstock.dataplane.media.h264;

import dev.penstock.dataplane.media.RbspReader;

/**
 * What is used of the video usability information of an SPS (ITU-T H.264 E.1.1).
 *
 * @param frameRate frames per second, 0 when not told
 * @param reorderFrames max_num_reorder_frames, -1 when not told
 */
record H264Vui(double frameRate, int reorderFrames) {
    /** Nothing is told. */
    static final H264Vui NONE = new H264Vui(0, -1);

    private static final int MAX_REORDER = 16;
    private static final int MAX_CPBS = 32;

    /** Reads it; what lies beyond the end of a damaged one is not told. */
    static H264Vui read(RbspReader in) {
        if (in.flag() && in.bits(8) == 255) {
            in.bits(32);
        }
        if (in.flag()) {
            in.bits(1);
        }
        if (in.flag()) {
            in.bits(4);
            if (in.flag()) {
                in.bits(24);
            }
        }
        if (in.flag()) {
            in.ue();
            in.ue();
        }
        double rate = in.flag() ? frameRate(in) : 0;
        boolean nal = in.flag();
        if (nal) {
            skipHrd(in);
        }
        boolean vcl = in.flag();
        if (vcl) {
            skipHrd(in);
        }
        if (nal || vcl) {
            in.bits(1);
        }
        in.bits(1);
        int reorder = in.flag() ? reorderFrames(in) : -1;
        return new H264Vui(rate, in.exhausted() ? -1 : Math.min(reorder, MAX_REORDER));
    }

    /** Two ticks are a frame. */
    private static double frameRate(RbspReader in) {
        long units = Integer.toUnsignedLong(in.bits(32));
        long scale = Integer.toUnsignedLong(in.bits(32));
        double rate = units == 0 || in.exhausted() ? 0 : scale / (2.0 * units);
        in.bits(1);
        return rate >= 1 && rate <= 300 ? rate : 0;
    }

    private static int reorderFrames(RbspReader in) {
        in.bits(1);
        in.ue();
        in.ue();
        in.ue();
        in.ue();
        return in.ue();
    }

    private static void skipHrd(RbspReader in) {
        int cpbs = Math.min(MAX_CPBS, in.ue() + 1);
        in.bits(8);
        for (int i = 0; i < cpbs; i++) {
            in.ue();
            in.ue();
            in.bits(1);
        }
        in.bits(20);
    }
}
