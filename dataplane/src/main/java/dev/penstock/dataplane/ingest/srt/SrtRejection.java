package dev.penstock.dataplane.ingest.srt;

import dev.penstock.dataplane.ingest.push.PublishVerdict.Reason;

/** Why a connection is refused, as numbers on the wire: 0 to 16 are libsrt's own, from 1000 on those of SRT Access Control. */
final class SrtRejection {
    static final int BAD_REQUEST = 1400;
    static final int OVERLOAD = 1402;
    static final int FORBIDDEN = 1403;
    static final int NOT_FOUND = 1404;
    static final int BAD_MODE = 1405;
    static final int CONFLICT = 1409;
    static final int DOWN = 1503;

    private static final int UNAUTHORIZED = 1401;
    private static final int PEER = 2;
    private static final int BAD_SECRET = 10;
    private static final int UNSECURE = 11;
    private static final int TIMEOUT = 16;

    private SrtRejection() {}

    /** The number for a verdict; a stream that is not there looks like a key that is wrong. */
    static int of(Reason reason) {
        return switch (reason) {
            case NOT_FOUND, FORBIDDEN -> FORBIDDEN;
            case BUSY -> CONFLICT;
            case OFFLINE, UNAVAILABLE -> DOWN;
        };
    }

    /** What a number says, for people, to stand behind the source's name. */
    static String words(int code) {
        return switch (code) {
            case TIMEOUT -> "no answer to the connect";
            case PEER -> "connection refused by the listener";
            case BAD_SECRET -> "connection refused: wrong passphrase";
            case UNSECURE -> "connection refused: one side has a passphrase and the other has none";
            case BAD_REQUEST -> "connection refused: stream id not understood (1400)";
            case UNAUTHORIZED, FORBIDDEN -> "connection refused: access denied (" + code + ")";
            case OVERLOAD -> "connection refused: too many connections (1402)";
            case NOT_FOUND -> "connection refused: no such stream (1404)";
            case CONFLICT -> "connection refused: in use (1409)";
            default -> "connection refused (reason " + code + ")";
        };
    }
}
