package dev.penstock.dataplane.access;

import java.io.IOException;
import java.net.URI;

/** Gets the text of a key set (RFC 7517). */
@FunctionalInterface
public interface KeySetFetcher {
    /**
     * Fetches it; blocks, for a few seconds at most.
     *
     * @throws IOException when there is no answer in time, or it is too long, or has another status than 200
     */
    String fetch(URI url) throws IOException, InterruptedException;
}
