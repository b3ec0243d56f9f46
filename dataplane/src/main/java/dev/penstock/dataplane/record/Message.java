package dev.penstock.dataplane.record;

import dev.penstock.dataplane.record.upload.Job;
import dev.penstock.dataplane.segment.Segment;

/** What a recorder's thread is told. */
sealed interface Message {
    /**
     * A segment.
     *
     * @param segment whoever takes the message releases it
     * @param afterDrops whether segments just before it did not fit into the queue
     */
    record Arrived(Segment segment, boolean afterDrops) implements Message {}

    /** The stream was removed or stopped. */
    record StreamEnded() implements Message {}

    /** An upload ended. */
    record Uploaded(Job.Result result) implements Message {}

    /** The Recording is over: end the session, upload what is left. */
    record Stop() implements Message {}
}
