package dev.penstock.dataplane.record;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A recorder at one moment. Immutable.
 *
 * @param namespace namespace of the Recording
 * @param recording name of the Recording
 * @param stream name of the LiveStream
 * @param phase what the recorder does
 * @param session id of the newest session; null before the first segment
 * @param segments segments of that session
 * @param bytes their bytes
 * @param durationMs their media time
 * @param upload what is not in the store yet, of all sessions
 * @param spoolBytes bytes on the local disk
 * @param gapCount gaps of the newest session
 * @param gaps the newest of them, at most {@value #MAX_GAPS}
 * @param dropped segments that were lost since the recorder started
 * @param lastError what is wrong now, in a sentence free of secrets; null when all is well
 */
public record RecorderStatus(String namespace, String recording, String stream, Phase phase, @Nullable String session,
        int segments, long bytes, long durationMs, Upload upload, long spoolBytes, int gapCount, List<Gap> gaps,
        long dropped, @Nullable String lastError) {
    /** Most gaps in a status. */
    public static final int MAX_GAPS = 20;

    /** Copies the list. */
    public RecorderStatus {
        gaps = List.copyOf(gaps);
    }

    /** What a recorder does. */
    public enum Phase {
        /** Reads what an earlier process left. */
        STARTING,
        /** No segment yet, or none for a while. */
        WAITING,
        /** Segments come and are kept. */
        RECORDING,
        /** Segments come and cannot be kept; they are listed as gaps. */
        DEGRADED,
        /** Stopped; uploads what is left. */
        DRAINING,
        /** All is in the store. */
        ENDED
    }

    /**
     * What is not in the store yet.
     *
     * @param pendingSegments segments
     * @param pendingBytes their bytes
     * @param lagSeconds age of the oldest of them
     * @param playlistLagSeconds media in the store that its playlist does not list yet
     * @param retries attempts after a failure since the start
     */
    public record Upload(long pendingSegments, long pendingBytes, double lagSeconds, double playlistLagSeconds,
            long retries) {}

    /**
     * Something missing in a session.
     *
     * @param startEpochMs where it starts, ms since 1970
     * @param durationMs how long it is
     * @param segments how many segments are missing; 0 when unknown
     * @param reason why, one word: {@code queue}, {@code spool}, {@code disk}, {@code restart}, {@code unknown}
     */
    public record Gap(long startEpochMs, long durationMs, long segments, String reason) {}
}
