package dev.penstock.dataplane.media.fmp4;

/** Bytes are not what the standard says; the message is for the sender. */
public final class Fmp4Exception extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message what it is and what was expected */
    public Fmp4Exception(String message) {
        super(message, null, false, false);
    }
}
