package dev.penstock.dataplane.http;

/** What is told to a connection by user event. */
enum ConnectionEvent {
    /** The server stops: no request after the one under way. */
    STOP,
    /** A request is not complete in time. */
    REQUEST_TIMEOUT
}
