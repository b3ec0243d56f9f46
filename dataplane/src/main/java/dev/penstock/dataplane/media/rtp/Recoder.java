package dev.penstock.dataplane.media.rtp;

import io.netty.buffer.ByteBuf;

/** Codes the units of a track anew, elsewhere; what it makes goes to {@link RtpTrack#recoded}. */
@FunctionalInterface
public interface Recoder {
    /**
     * A unit as it was received.
     *
     * @param pts ticks of 90 kHz on the session's clock
     * @param data ownership passes to this call
     */
    void unit(long pts, ByteBuf data);
}
