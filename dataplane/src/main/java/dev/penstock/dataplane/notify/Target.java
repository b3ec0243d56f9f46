package dev.penstock.dataplane.notify;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Somebody who is told of a stream.
 *
 * @param url http or https
 * @param secret name of what signs; nothing when it is not signed
 * @param events what is told, by name
 * @param heartbeat how often it is told that the stream is served; nothing for never
 */
public record Target(URI url, Optional<String> secret, Set<String> events, Optional<Duration> heartbeat) {}
