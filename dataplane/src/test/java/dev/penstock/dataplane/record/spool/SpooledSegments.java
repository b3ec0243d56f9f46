package dev.penstock.dataplane.record.spool;

import dev.penstock.dataplane.store.layout.SegmentName;

/** Makes segments for tests of what lists them. */
public final class SpooledSegments {
    private SpooledSegments() {}

    /** A segment on the disk. */
    public static SpooledSegment of(SegmentName name, long bytes) {
        return new SpooledSegment(name, bytes, false, true);
    }
}
