package dev.penstock.dataplane.record.playlist;

import java.util.List;

import dev.penstock.dataplane.record.spool.SpooledSegment;

/**
 * Where the live playlist starts, and the sequence numbers there; they only ever rise.
 *
 * @param first index of the first segment
 * @param mediaSequence EXT-X-MEDIA-SEQUENCE
 * @param discontinuitySequence EXT-X-DISCONTINUITY-SEQUENCE
 */
public record LiveWindow(int first, long mediaSequence, long discontinuitySequence) {
    /** Before the first segment. */
    public static final LiveWindow START = new LiveWindow(0, 0, 0);

    /** The window of the newest {@value SessionPlaylists#LIVE_SEGMENTS} segments. */
    public LiveWindow advance(List<SpooledSegment> segments, int targetSeconds) {
        int index = first;
        long media = mediaSequence;
        long discontinuity = discontinuitySequence;
        boolean firstMarked = marked(segments, index, targetSeconds);
        while (segments.size() - index > SessionPlaylists.LIVE_SEGMENTS) {
            GapRule rule = GapRule.between(segments.get(index).name(), segments.get(index + 1).name(), targetSeconds);
            media += 1 + rule.gapEntries();
            discontinuity += firstMarked ? 1 : 0;
            firstMarked = rule.discontinuity();
            index++;
        }
        return new LiveWindow(index, media, discontinuity);
    }

    private static boolean marked(List<SpooledSegment> segments, int index, int targetSeconds) {
        return index > 0 && index < segments.size()
                && GapRule.between(segments.get(index - 1).name(), segments.get(index).name(), targetSeconds)
                        .discontinuity();
    }
}
