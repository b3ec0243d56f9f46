package dev.penstock.dataplane.api;

import org.jspecify.annotations.Nullable;

/**
 * A viewer, as the API shows it.
 *
 * @param id unlike any other of the pool
 * @param stream {@code ns/name}
 * @param protocol {@code HTTP-TS} or {@code HLS}
 * @param address of the viewer, or of the proxy before it
 * @param since when it began, RFC 3339
 * @param lastSeen when it asked for something last, RFC 3339; null for a connection that is fed all the time
 * @param bytes sent so far; null where that is not known
 */
public record SessionView(String id, String stream, String protocol, String address, String since,
        @Nullable String lastSeen, @Nullable Long bytes) {}
