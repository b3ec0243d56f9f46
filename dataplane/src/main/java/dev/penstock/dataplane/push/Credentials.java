package dev.penstock.dataplane.push;

import org.jspecify.annotations.Nullable;

/**
 * What a server wants to know of us. Never shown.
 *
 * @param key stream key, or bearer token
 * @param username user, with a password
 * @param password likewise
 * @param passphrase of SRT's encryption
 */
public record Credentials(@Nullable String key, @Nullable String username, @Nullable String password,
        @Nullable String passphrase) {
    /** Nothing. */
    public static final Credentials NONE = new Credentials(null, null, null, null);

    /** Without anything secret. */
    @Override
    public String toString() {
        return "credentials";
    }
}
