package dev.penstock.dataplane.access;

import java.net.URI;

import org.jspecify.annotations.Nullable;

/**
 * Which JSON Web Tokens (RFC 7519) admit.
 *
 * @param keys URL of the key set (RFC 7517)
 * @param issuer required {@code iss}; null when it is not looked at
 * @param audience one that {@code aud} must name; null when it is not looked at
 */
public record JwtRules(URI keys, @Nullable String issuer, @Nullable String audience) {}
