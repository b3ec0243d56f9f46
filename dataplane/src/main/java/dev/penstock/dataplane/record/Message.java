package dev.penstock.dataplane.record;

import java.util.List;

import dev.penstock.dataplane.record.spool.Spool;
import dev.penstock.dataplane.record.upload.Job;
import dev.penstock.dataplane.segment.Segment;
import dev.penstock.dataplane.store.layout.SessionPath;

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

    /** Another pod goes on with the Recording: upload what is here, and leave the session to it. */
    record Leave() implements Message {}

    /**
     * Segments were found in the store that another pod has put there meanwhile.
     *
     * @param session the session they belong to
     * @param segments those found
     */
    record Found(SessionPath session, List<Spool.Stored> segments) implements Message {}

    /** The Recording is over: end the session, upload what is left. */
    record Stop() implements Message {}
}
