package dev.penstock.dataplane.api;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;

/** Who may change a stream, and how the change is kept. Called on virtual threads; blocks for seconds at most. */
public interface Writes {
    /**
     * Whether the caller may change a stream, also one that there is not.
     *
     * @throws HttpError 401 or 403 when not, 503 when that cannot be found out
     */
    void check(Exchange caller, String namespace, String name) throws HttpError;

    /**
     * Takes a stream off the air, or puts it back; that is kept when everything restarts.
     *
     * @throws HttpError as {@link #check}; 404 when there is no such stream
     */
    void offline(Exchange caller, String namespace, String name, boolean offline) throws HttpError;
}
