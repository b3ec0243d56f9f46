package dev.penstock.dataplane.access;

import java.util.List;

/** What somebody is told who wants to play. */
public sealed interface PlaybackVerdict {
    /** Come in. */
    enum Admitted implements PlaybackVerdict {
        /** Everybody may. */
        OPEN,
        /** The URL itself is the permit: whoever has it may have the answer, caches too. */
        BY_URL,
        /** A header was the permit: the answer is for this client only. */
        BY_HEADER
    }

    /**
     * Stay out.
     *
     * @param status 401, 403 or 503
     * @param message a sentence for people, free of secrets
     * @param challenges for WWW-Authenticate, of a 401
     */
    record Refused(int status, String message, List<String> challenges) implements PlaybackVerdict {}
}
