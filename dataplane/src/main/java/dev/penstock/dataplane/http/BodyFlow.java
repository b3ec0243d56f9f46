package dev.penstock.dataplane.http;

/**
 * Holds back the body of a request while its taker has enough. On the exchange's event loop only. While it is held back the socket is
 * not read, so the client waits, and no more than one read of the socket is kept.
 */
public interface BodyFlow {
    /** No more pieces, from now on. */
    void pause();

    /** More pieces may come; harmless when they do already. */
    void resume();
}
