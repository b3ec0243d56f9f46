package dev.penstock.dataplane.record.spool;

import dev.penstock.dataplane.store.layout.SegmentName;

/** A recorded segment. Name and length never change; the rest belongs to the recorder's thread. */
public final class SpooledSegment {
    private final SegmentName name;
    private final long bytes;
    private boolean uploaded;
    private boolean local;
    private boolean lost;

    SpooledSegment(SegmentName name, long bytes, boolean uploaded, boolean local) {
        this.name = name;
        this.bytes = bytes;
        this.uploaded = uploaded;
        this.local = local;
    }

    /** Its name. */
    public SegmentName name() {
        return name;
    }

    /** Its length. */
    public long bytes() {
        return bytes;
    }

    /** Whether it is in the store. */
    public boolean uploaded() {
        return uploaded;
    }

    /** Whether it is on the local disk. */
    public boolean local() {
        return local;
    }

    /** Whether it vanished from the disk before it was uploaded: it is listed as a gap. */
    public boolean lost() {
        return lost;
    }

    /** Whether nothing is left to upload. */
    public boolean settled() {
        return uploaded || lost;
    }

    void markUploaded() {
        uploaded = true;
    }

    void markEvicted() {
        local = false;
    }

    void markLost() {
        lost = true;
        local = false;
    }
}
