package dev.penstock.dataplane.dash;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafWindow;

/**
 * Sends segments while they grow, for low-latency DASH: their parts in HTTP chunks as they come (ISO/IEC 23009-1 5.3.9.5.3,
 * availabilityTimeComplete). At most so many at once in a pod, beyond which 503. Any event loop.
 */
public final class GrowingSegments {
    /** Segments that are sent at once in a pod, unless told otherwise. */
    public static final int DEFAULT_MOST = 20_000;

    private final DashMetrics metrics;
    private final int most;

    /**
     * @param metrics counts what is sent
     * @param most how many segments are sent at once
     */
    public GrowingSegments(DashMetrics metrics, int most) {
        this.metrics = metrics;
        this.most = most;
    }

    /**
     * Answers with a segment that is listed and not complete yet, or the one after it, which is waited for until it begins: for at
     * most the longest duration of a segment. A complete one is sent as well, part by part. On the exchange's event loop.
     *
     * @param sequence media sequence number
     * @return false when it is neither listed nor the next: the exchange is not answered
     * @throws HttpError 503 when too many are sent already
     */
    public boolean answer(Exchange exchange, CmafWindow window, String rendition, long sequence) throws HttpError {
        CmafRendition listed = window.view().rendition(rendition).orElse(null);
        if (listed == null || listed.segments().isEmpty()) {
            return false;
        }
        boolean next = sequence == listed.segments().getLast().sequence() + 1 && !window.view().ended();
        if (!next && find(listed, sequence) == null) {
            return false;
        }
        if (metrics.began() > most) {
            metrics.ended();
            metrics.refused();
            throw new HttpError(503, "too many segments are under way (expected: at most " + most + ")",
                    Map.of("Retry-After", "1"));
        }
        new GrowingSegment(exchange, window, rendition, sequence, metrics).start();
        return true;
    }

    /** A listed segment; null when it is not listed. */
    static @Nullable CmafSegment find(CmafRendition rendition, long sequence) {
        List<CmafSegment> segments = rendition.segments();
        for (int i = segments.size() - 1; i >= 0; i--) {
            if (segments.get(i).sequence() == sequence) {
                return segments.get(i);
            }
        }
        return null;
    }
}
