package dev.penstock.dataplane.ingest.hls;

/** A playlist that cannot be played; the message is one line for people: what it says and what was expected. */
final class PlaylistException extends Exception {
    private static final long serialVersionUID = 1;

    PlaylistException(String message) {
        super(message);
    }
}
