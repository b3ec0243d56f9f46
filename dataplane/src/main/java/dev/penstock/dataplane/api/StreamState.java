package dev.penstock.dataplane.api;

import com.fasterxml.jackson.annotation.JsonValue;

/** State of a stream, as people see it. */
public enum StreamState {
    /** Media arrives. */
    LIVE("Live"),
    /** The first connection is being made. */
    CONNECTING("Connecting"),
    /** The source was lost or cannot be reached; it is tried again. */
    NO_SOURCE("NoSource"),
    /** Nothing is wanted of it now: on demand without viewers, or a publisher is awaited. */
    OFFLINE("Offline"),
    /** The resource asks for what cannot be served. */
    REFUSED("Refused");

    private final String text;

    StreamState(String text) {
        this.text = text;
    }

    /** Word in the API. */
    @JsonValue
    public String text() {
        return text;
    }
}
