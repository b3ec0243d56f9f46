package dev.penstock.dataplane.http;

import java.util.Map;

/** A refusal that the client sees as status and one line of text. */
public final class HttpError extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, String> headers;

    /**
     * @param status HTTP status, 400 to 599
     * @param message offending value and what was expected, free of secrets
     */
    public HttpError(int status, String message) {
        this(status, message, Map.of());
    }

    /** As above, with headers such as Retry-After. */
    public HttpError(int status, String message, Map<String, String> headers) {
        super(message, null, false, false);
        this.status = status;
        this.headers = Map.copyOf(headers);
    }

    /** HTTP status, 400 to 599. */
    public int status() {
        return status;
    }

    /** Headers of the answer. */
    public Map<String, String> headers() {
        return headers;
    }
}
