package dev.penstock.dataplane.ingest.rtsp;

/**
 * Bounds of what a camera may send.
 *
 * @param maxHeaderBytes head of an answer
 * @param maxBodyBytes body of an answer: the SDP
 * @param maxMedia media of an SDP that are looked at
 * @param maxChannel highest interleaved channel
 * @param maxJunkBytes between two messages, in all
 * @param receiveBytes read at once from a connection
 */
record RtspLimits(int maxHeaderBytes, int maxBodyBytes, int maxMedia, int maxChannel, int maxJunkBytes,
        int receiveBytes) {
    /** The usual bounds. */
    static final RtspLimits DEFAULTS = new RtspLimits(16 * 1024, 64 * 1024, 16, 31, 64 * 1024, 32 * 1024);
}
