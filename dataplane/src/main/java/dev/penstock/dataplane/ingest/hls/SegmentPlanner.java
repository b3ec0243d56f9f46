package dev.penstock.dataplane.ingest.hls;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Says which segment comes next and when to look for more, from the playlists seen so far (RFC 8216 6.3.3 and 6.3.4). Mutable, one
 * owner; no clock, no I/O.
 */
final class SegmentPlanner {
    /** Distance to the live edge at the start, in segments. */
    static final int FROM_END = 3;
    /** A server that went back is believed when it says so this often; until then it may be an old copy of a cache. */
    private static final int BELIEVED = 3;
    private static final Duration SHORTEST_RELOAD = Duration.ofMillis(250);

    private Playlist.Media playlist = new Playlist.Media(Duration.ofSeconds(1), 0, List.of(), false, false);
    private long next = -1;
    private int older;
    private boolean seen;
    private Optional<String> broken = Optional.empty();

    /** What to do now. */
    sealed interface Step {}

    /**
     * Play this segment.
     *
     * @param broken why it does not go on from the one before; empty when it does
     */
    record Play(Playlist.Segment segment, Optional<String> broken) implements Step {}

    /** Nothing new yet. */
    record Await() implements Step {}

    /**
     * The playlist has ended and all is played.
     *
     * @param forGood false when it was a live stream, which may come back
     */
    record Over(boolean forGood) implements Step {}

    /**
     * Takes a playlist just read. One that has ended when it is seen first is played from its beginning, unless older segments were taken
     * away: that was a live stream.
     *
     * @return time from the beginning of its reading to that of the next; empty when it has ended
     */
    Optional<Duration> read(Playlist.Media now) {
        boolean changed = now.endSequence() != playlist.endSequence() || now.ended();
        playlist = now;
        if (next < 0) {
            next = !now.ended() ? start() : slides() ? now.endSequence() : now.firstSequence();
        } else if (now.endSequence() < next) {
            older++;
            if (older >= BELIEVED) {
                restartAt(start(), "the playlist began anew");
            }
        } else {
            older = 0;
            if (next < now.firstSequence()) {
                long from = now.ended() ? now.firstSequence() : start();
                restartAt(from, (from - next) + " segments went by before they could be read");
            }
        }
        if (now.ended()) {
            return Optional.empty();
        }
        Duration wait = changed ? now.target() : now.target().dividedBy(2);
        return Optional.of(wait.compareTo(SHORTEST_RELOAD) < 0 ? SHORTEST_RELOAD : wait);
    }

    private long start() {
        return Math.max(playlist.firstSequence(), playlist.endSequence() - FROM_END);
    }

    private void restartAt(long sequence, String reason) {
        next = sequence;
        older = 0;
        broken = Optional.of(reason);
    }

    /** The next step; each segment is given once. */
    Step step() {
        while (next >= 0 && next >= playlist.firstSequence() && next < playlist.endSequence()) {
            Playlist.Segment segment = playlist.segments().get((int) (next - playlist.firstSequence()));
            next++;
            if (segment.gap()) {
                broken = Optional.of("a gap in the playlist");
                continue;
            }
            Optional<String> why = broken.isPresent()
                    ? broken
                    : segment.discontinuity() && seen
                            ? Optional.of("a discontinuity in the playlist")
                            : Optional.empty();
            broken = Optional.empty();
            seen = true;
            return new Play(segment, why);
        }
        return playlist.ended() && next >= playlist.endSequence() ? new Over(!slides()) : new Await();
    }

    /** The segment given last could not be read. */
    void lost(String reason) {
        broken = Optional.of(reason);
    }

    /** True when more segments wait than a player at the live edge has before it. */
    boolean isBehind() {
        return !playlist.ended() && playlist.endSequence() - next > FROM_END + 1;
    }

    private boolean slides() {
        return !playlist.whole() && playlist.firstSequence() > 1;
    }
}
