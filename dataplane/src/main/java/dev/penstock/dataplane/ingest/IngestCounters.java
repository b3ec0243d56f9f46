package dev.penstock.dataplane.ingest;

import java.util.concurrent.atomic.AtomicLong;

/** What one stream's sources delivered since the start. Written by the stream's event loop, read by any thread. */
public final class IngestCounters {
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong packets = new AtomicLong();
    private final AtomicLong skippedBytes = new AtomicLong();
    private final AtomicLong syncLosses = new AtomicLong();
    private final AtomicLong tries = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    IngestCounters() {}

    /** Bytes of transport packets handed on. */
    public long bytes() {
        return bytes.getOpaque();
    }

    /** Transport packets handed on. */
    public long packets() {
        return packets.getOpaque();
    }

    /** Bytes that belonged to no packet. */
    public long skippedBytes() {
        return skippedBytes.getOpaque();
    }

    /** How often packets had to be looked for. */
    public long syncLosses() {
        return syncLosses.getOpaque();
    }

    /** How often a source was tried. */
    public long tries() {
        return tries.getOpaque();
    }

    /** How often a source failed or was given up. */
    public long failures() {
        return failures.getOpaque();
    }

    void packets(long count, long size) {
        packets.setOpaque(packets.getPlain() + count);
        bytes.setOpaque(bytes.getPlain() + size);
    }

    void skipped(long size) {
        skippedBytes.setOpaque(skippedBytes.getPlain() + size);
        syncLosses.setOpaque(syncLosses.getPlain() + 1);
    }

    void tried() {
        tries.setOpaque(tries.getPlain() + 1);
    }

    void failed() {
        failures.setOpaque(failures.getPlain() + 1);
    }
}
