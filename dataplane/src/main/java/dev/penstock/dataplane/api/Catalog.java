package dev.penstock.dataplane.api;

import java.util.List;

/**
 * What this process serves right now, of a pool only its own share. Called on virtual threads, several at once, every few seconds by each open page: an
 * answer is a snapshot and takes milliseconds. Lists are sorted by namespace and name.
 */
public interface Catalog {
    /** Sessions that are told of. */
    int MOST_SESSIONS = 10_000;

    /** All streams. */
    List<StreamView> streams();

    /** All recordings. */
    List<RecordingView> recordings();

    /** Viewers of all streams. */
    LoadView load();

    /** Viewers, sorted by stream and by when they came; at most {@value #MOST_SESSIONS}. */
    List<SessionView> sessions();

    /** Ends a viewer's session; false when there is no such viewer. */
    boolean end(String session);

    /** What was refused, by file and field. */
    List<ProblemView> problems();
}
