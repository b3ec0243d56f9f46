package dev.penstock.dataplane.ingest.srt;

/** There is no libsrt here; the message says what to install. */
public final class SrtUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    SrtUnavailableException(String message) {
        super(message);
    }
}
