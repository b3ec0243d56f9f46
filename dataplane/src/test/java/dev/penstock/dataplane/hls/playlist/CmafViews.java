package dev.penstock.dataplane.hls.playlist;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.penstock.dataplane.segment.CmafConfig;
import dev.penstock.dataplane.segment.CmafPart;
import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafTrackInfo;
import dev.penstock.dataplane.segment.CmafView;
import dev.penstock.dataplane.segment.SegmentConfig;

/**
 * A stream of 2 s segments with four parts each, at a moment: video, audio, or both.
 *
 * @param from sequence of the first segment that is listed
 * @param parts how many parts there are since sequence {@link #FIRST}, so that the newest segment may be open
 * @param breakAt sequence before which a discontinuity and another initialization segment stand
 */
public record CmafViews(long from, int parts, long breakAt) {
    public static final long FIRST = 200_000_000;
    public static final CmafTrackInfo VIDEO = new CmafTrackInfo("avc1.64001f", 1280, 720, 25, 0, 0);
    public static final CmafTrackInfo AUDIO = new CmafTrackInfo("mp4a.40.2", 0, 0, 0, 48_000, 2);
    private static final long START_MS = 1_790_000_000_123L;

    /** Low latency: parts of 0.5 s. */
    public static CmafConfig lowLatency(int windowSeconds) {
        return new CmafConfig(SegmentConfig.of(Duration.ofSeconds(2), Duration.ofSeconds(2),
                Duration.ofSeconds(windowSeconds)), Optional.of(Duration.ofMillis(500)), false);
    }

    /** Whole segments only. */
    public static CmafConfig plain(int windowSeconds) {
        return new CmafConfig(SegmentConfig.of(Duration.ofSeconds(2), Duration.ofSeconds(4),
                Duration.ofSeconds(windowSeconds)), Optional.empty(), false);
    }

    /** So many segments of four parts, and so many parts of the next. */
    public static CmafViews of(int segments, int open) {
        return new CmafViews(FIRST, segments * 4 + open, Long.MAX_VALUE);
    }

    /** A view of some renditions; names that begin with audio are audio. */
    public CmafView view(String... names) {
        List<CmafRendition> renditions = new ArrayList<>();
        for (String name : names) {
            renditions.add(rendition(name));
        }
        return new CmafView(parts, renditions, false);
    }

    public CmafRendition rendition(String name) {
        boolean video = name.startsWith("video");
        List<CmafSegment> segments = new ArrayList<>();
        for (long sequence = from; sequence < FIRST + Math.ceilDiv(parts, 4); sequence++) {
            segments.add(segment(sequence, video));
        }
        return new CmafRendition(name, video, segments);
    }

    private CmafSegment segment(long sequence, boolean video) {
        int timescale = video ? 90_000 : 48_000;
        int count = (int) Math.min(4, parts - (sequence - FIRST) * 4);
        long start = (sequence - FIRST) * 2 * timescale;
        List<CmafPart> own = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            own.add(new CmafPart(start + (long) i * timescale / 2, timescale / 2, !video || i == 0,
                    video ? 60_000 : 5_000));
        }
        boolean broken = sequence == breakAt;
        // The third video segment is larger than the others.
        int bytes = (video ? 60_000 : 5_000) * count + (video && sequence == FIRST + 2 ? 100_000 : 0);
        return new CmafSegment(sequence, 77 + (sequence >= breakAt ? 1 : 0), broken, true,
                START_MS + (sequence - FIRST) * 2000 + (sequence >= breakAt ? 5000 : 0), start,
                (long) count * timescale / 2, timescale, bytes, sequence >= breakAt ? "2b" : "1a",
                video ? VIDEO : AUDIO, own, count == 4);
    }
}
