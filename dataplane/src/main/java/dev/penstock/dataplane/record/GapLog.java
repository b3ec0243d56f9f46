package dev.penstock.dataplane.record;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.record.playlist.GapRule;
import dev.penstock.dataplane.record.spool.SpoolSession;
import dev.penstock.dataplane.record.spool.SpooledSegment;
import dev.penstock.dataplane.store.layout.SegmentName;

/** Sums and gaps of the newest session, kept up to date segment by segment. Belongs to the recorder's thread. */
final class GapLog {
    private final int targetSeconds;
    private final Deque<RecorderStatus.Gap> newest = new ArrayDeque<>();
    private SessionTotals totals = SessionTotals.ZERO;
    private @Nullable SegmentName last;
    private @Nullable String reason;

    GapLog(int targetSeconds) {
        this.targetSeconds = targetSeconds;
    }

    /** Starts over with a session, which may have segments. */
    void rebuild(SpoolSession session) {
        newest.clear();
        totals = SessionTotals.ZERO;
        last = null;
        String now = reason;
        reason = null;
        session.segments().forEach(this::add);
        reason = session.segments().isEmpty() ? now : "restart";
    }

    /** The session has one segment more. */
    void appended(SpoolSession session) {
        add(session.segments().getLast());
        reason = null;
    }

    /** A segment was lost, for this reason. */
    void dropped(String why) {
        reason = why;
    }

    SessionTotals totals() {
        return totals;
    }

    List<RecorderStatus.Gap> newest() {
        return List.copyOf(newest);
    }

    private void add(SpooledSegment segment) {
        SegmentName name = segment.name();
        int found = 0;
        if (last != null) {
            GapRule rule = GapRule.between(last, name, targetSeconds);
            if (rule.gap()) {
                found = 1;
                newest.addLast(new RecorderStatus.Gap(last.endEpochMs(), rule.gapMs(), rule.missing(),
                        reason == null ? "unknown" : reason));
                if (newest.size() > RecorderStatus.MAX_GAPS) {
                    newest.removeFirst();
                }
            }
        }
        last = name;
        totals = new SessionTotals(totals.segments() + 1, totals.bytes() + segment.bytes(),
                totals.durationMs() + name.durationMs(), totals.gaps() + found);
    }
}
