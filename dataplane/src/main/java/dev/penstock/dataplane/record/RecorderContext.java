package dev.penstock.dataplane.record;

import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import dev.penstock.dataplane.record.spool.DiskFiles;
import dev.penstock.dataplane.record.spool.SpoolBudget;
import dev.penstock.dataplane.record.spool.SpoolFiles;
import dev.penstock.dataplane.record.upload.Backoff;

/**
 * What all recorders of a process share.
 *
 * @param clock wall clock
 * @param nanos clock for durations, as {@code System::nanoTime}
 * @param random for session ids and the spread of retries; safe for use by many threads
 * @param files the file system of the spool
 * @param budget disk of all recorders together
 * @param backoff pauses after failed uploads
 * @param metrics counts
 */
public record RecorderContext(InstantSource clock, LongSupplier nanos, RandomGenerator random, SpoolFiles files,
        SpoolBudget budget, Backoff backoff, RecordingMetrics metrics) {
    /** The context of a process: local disk, default pauses. */
    public static RecorderContext of(InstantSource clock, LongSupplier nanos, RandomGenerator random,
            long spoolLimitBytes, RecordingMetrics metrics) {
        return new RecorderContext(clock, nanos, random, new DiskFiles(), new SpoolBudget(spoolLimitBytes),
                Backoff.DEFAULT, metrics);
    }
}
