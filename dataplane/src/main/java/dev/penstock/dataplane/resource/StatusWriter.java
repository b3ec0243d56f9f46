package dev.penstock.dataplane.resource;

/** Where the state of resources goes to. Reports are cheap and never block; any thread. */
public interface StatusWriter {
    /** Reports the state of a stream; replaces the report before. */
    void report(StreamReport report);

    /** Reports the state of a recording; replaces the report before. */
    void report(RecordingReport report);

    /** Reports what a check of a store has found; replaces the report before. */
    void report(StoreReport report);

    /** Forgets a resource that is no longer served here. */
    void forget(ResourceKey key);

    /** Ends; what is not written by then may be lost. */
    void close();
}
