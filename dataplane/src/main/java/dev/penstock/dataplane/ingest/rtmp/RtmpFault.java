package dev.penstock.dataplane.ingest.rtmp;

/** The peer broke the protocol or a limit: the connection ends. */
final class RtmpFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what came and what was expected, for people; without anything that may be secret
     */
    RtmpFault(String message) {
        super(message, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
