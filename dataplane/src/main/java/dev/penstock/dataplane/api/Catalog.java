package dev.penstock.dataplane.api;

import java.util.List;

/**
 * What this process serves right now, of a pool only its own share. Called on virtual threads, several at once, every few seconds by each open page: an
 * answer is a snapshot and takes milliseconds. Lists are sorted by namespace and name.
 */
public interface Catalog {
    /** All streams. */
    List<StreamView> streams();

    /** All recordings. */
    List<RecordingView> recordings();

    /** What was refused, by file and field. */
    List<ProblemView> problems();
}
