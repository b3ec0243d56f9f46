package dev.penstock.dataplane.http;

/** A refusal that the client sees as status and one line of text. */
public final class HttpError extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * @param status HTTP status, 400 to 599
     * @param message offending value and what was expected, free of secrets
     */
    public HttpError(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** HTTP status, 400 to 599. */
    public int status() {
        return status;
    }
}
