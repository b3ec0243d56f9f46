package dev.penstock.dataplane.media.rtp;

/**
 * Bounds of what is kept of a session.
 *
 * @param maxUnitBytes of an access unit; a larger one is dropped
 * @param reorderPackets that wait for one that is missing, with {@code reorder} only
 * @param reorderNanos longest wait for a missing packet, ns
 */
public record RtpLimits(int maxUnitBytes, int reorderPackets, long reorderNanos) {
    /** The usual bounds. */
    public static final RtpLimits DEFAULTS = new RtpLimits(4 << 20, 256, 150_000_000);
}
