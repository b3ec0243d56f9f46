package dev.penstock.dataplane.record.upload;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.record.spool.SpoolSession;
import dev.penstock.dataplane.record.spool.SpooledSegment;
import dev.penstock.dataplane.store.Content;
import dev.penstock.dataplane.store.PutOptions;
import dev.penstock.dataplane.store.StoreException;

/** Something to put into the store. */
public sealed interface Job {
    /** Whose it is. */
    SpoolSession session();

    /** The puts, made one after the other. */
    List<Put> puts();

    /**
     * One object.
     *
     * @param key its key
     * @param content what is in it
     * @param expectedBytes what the store must say of its length; negative when the store may compress
     * @param options how it is stored
     */
    record Put(String key, Content content, long expectedBytes, PutOptions options) {}

    /**
     * {@code session.json}.
     *
     * @param session whose it is
     * @param puts the puts
     */
    record Description(SpoolSession session, List<Put> puts) implements Job {}

    /**
     * A segment.
     *
     * @param session whose it is
     * @param segment the segment
     * @param puts the puts
     */
    record OfSegment(SpoolSession session, SpooledSegment segment, List<Put> puts) implements Job {}

    /**
     * Playlists.
     *
     * @param session whose they are
     * @param next what is stored once they are
     * @param puts the puts
     */
    record Playlists(SpoolSession session, SessionUpload.Stored next, List<Put> puts) implements Job {}

    /**
     * How a job ended.
     *
     * @param job the job
     * @param error why it failed; null when it did not
     */
    record Result(Job job, @Nullable StoreException error) {}
}
