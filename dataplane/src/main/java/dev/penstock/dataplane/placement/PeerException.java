package dev.penstock.dataplane.placement;

import java.io.IOException;

/** Another pod cannot be asked, or its answer is of no use; the message says why, for people. */
final class PeerException extends IOException {
    private static final long serialVersionUID = 1L;

    PeerException(String message) {
        super(message);
    }
}
