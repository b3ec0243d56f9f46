package dev.penstock.dataplane.access;

import java.net.URI;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A service that is asked whether someone may publish.
 *
 * @param url gets a JSON POST
 * @param secret signs the request; null for none. Never shown
 * @param timeout an answer that takes longer counts as none; positive
 * @param cache how long an answer is kept; zero asks every time
 */
public record Hook(URI url, @Nullable String secret, Duration timeout, Duration cache) {
    /** Without the secret, and without what the URL may hide in its path and query. */
    @Override
    public String toString() {
        return "hook " + url.getScheme() + "://" + url.getAuthority();
    }
}
