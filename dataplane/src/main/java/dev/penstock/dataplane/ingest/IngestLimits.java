package dev.penstock.dataplane.ingest;

import java.time.Duration;

/**
 * Bounds of all inputs.
 *
 * @param maxRedirects HTTP redirects followed for one try
 * @param maxHeaderBytes bytes of the head of an HTTP answer
 * @param window buffers that a file, FIFO or program may be ahead of the event loop; the reader waits when they are used up
 * @param bufferBytes bytes of such a buffer
 * @param udpReceiveBytes receive buffer asked of the kernel for a UDP input (it gives at most net.core.rmem_max)
 * @param killAfter time that a program gets between SIGTERM and SIGKILL
 * @param firstBackoff wait after the first round in which no source worked; doubles round by round
 * @param maxBackoff longest wait between rounds
 * @param healthyAfter a source that delivered for so long is replaced at once when it fails
 */
public record IngestLimits(int maxRedirects, int maxHeaderBytes, int window, int bufferBytes, int udpReceiveBytes,
        Duration killAfter, Duration firstBackoff, Duration maxBackoff, Duration healthyAfter) {
    /** The usual bounds: at most 512 KiB on the way from a blocking reader. */
    public static final IngestLimits DEFAULTS = new IngestLimits(5, 16 * 1024, 8, 64 * 1024, 4 * 1024 * 1024,
            Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofSeconds(1));
}
