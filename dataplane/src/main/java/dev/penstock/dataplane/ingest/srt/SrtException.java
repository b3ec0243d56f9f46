package dev.penstock.dataplane.ingest.srt;

import java.io.IOException;

/** libsrt refused a call; the message is libsrt's, in one line. */
final class SrtException extends IOException {
    private static final long serialVersionUID = 1;

    SrtException(String message) {
        super(message);
    }
}
