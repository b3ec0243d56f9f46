package dev.penstock.dataplane.record.spool;

import java.io.IOException;
import java.io.Serial;

/** The spool has no room, and all that it keeps still waits to be uploaded. */
public final class SpoolFullException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    SpoolFullException(String message) {
        super(message);
    }
}
