package dev.penstock.dataplane.app;

import dev.penstock.api.Reasons;

/** A resource cannot be served as things are; it may be later, without a change of its own. */
final class NotServableException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final Reasons reason;

    /**
     * @param reason for the condition Served
     * @param message field, value and what was expected
     */
    NotServableException(Reasons reason, String message) {
        super(message);
        this.reason = reason;
    }

    Reasons reason() {
        return reason;
    }
}
