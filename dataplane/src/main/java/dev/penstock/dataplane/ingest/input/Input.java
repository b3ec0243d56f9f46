package dev.penstock.dataplane.ingest.input;

/** One try to read from one source. Used once; both methods are called on the settings' event loop. */
public interface Input {
    /** Begins to read; does not block. What happens is told to the {@link InputEvents} given at construction. */
    void start();

    /** Ends and frees everything; harmless when repeated. What is told after it is ignored by the receiver. */
    void close();
}
