package dev.penstock.dataplane.hls;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.segment.CmafWindow;

/** Answers requests for segments that are not complete yet, where low-latency DASH offers them. */
@FunctionalInterface
public interface UnfinishedSegments {
    /** They are not offered. */
    UnfinishedSegments NONE = (exchange, window, rendition, sequence) -> false;

    /**
     * Answers with a segment that grows or is the next to begin; on the exchange's event loop.
     *
     * @param window the stream's
     * @param sequence media sequence number of a segment that is not complete
     * @return false when it is neither, or is not offered: the exchange is not answered
     */
    boolean answer(Exchange exchange, CmafWindow window, String rendition, long sequence) throws HttpError;
}
