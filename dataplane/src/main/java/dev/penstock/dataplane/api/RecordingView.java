package dev.penstock.dataplane.api;

import org.jspecify.annotations.Nullable;

/**
 * A recording, as the API and the page show it. Free of secrets.
 *
 * @param namespace its namespace
 * @param name its name
 * @param stream name of the stream it records, in the same namespace
 * @param phase as in the resource's status: Pending, Recording, Stopped, Finalized, Failed
 * @param session the current or last session; null before the first
 * @param media what was recorded in that session
 * @param store what is on its way to the store
 * @param lastError what went wrong last, one line; null when nothing did
 * @param url playlist: a path from the server's root, or a whole URL; null when there is nothing to play
 */
public record RecordingView(String namespace, String name, String stream, String phase, @Nullable String session,
        Media media, Store store, @Nullable String lastError, @Nullable String url) {
    /**
     * What was recorded.
     *
     * @param segments how many
     * @param bytes their sum
     * @param durationSeconds media time without the gaps
     * @param gaps interruptions listed in the recording
     */
    public record Media(long segments, long bytes, double durationSeconds, long gaps) {}

    /**
     * What is on its way to the store.
     *
     * @param pendingUploads segments in the spool that are not uploaded
     * @param lagSeconds age of the oldest of them; 0 when there is none
     */
    public record Store(long pendingUploads, double lagSeconds) {}
}
