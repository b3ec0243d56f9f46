package dev.penstock.dataplane.store;

import java.io.Serial;

import org.jspecify.annotations.Nullable;

/** Why a store did not do what was asked: a kind to act on and a sentence for people, free of secrets. */
public final class StoreException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /**
     * @param kind what to do about it
     * @param message store, key and what went wrong; free of secrets
     * @param cause kept only as long as it holds no secret: its message may reach logs
     */
    public StoreException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What to do about it. */
    public enum Kind {
        /** Credentials are missing, wrong, expired or do not allow this. A person must act; then it heals. */
        REFUSED,
        /** No such object, bucket or folder. */
        NOT_FOUND,
        /** Unreachable, overloaded, slow or broken. Trying again later helps. */
        UNAVAILABLE,
        /** No space or quota left. */
        FULL,
        /** The request itself is wrong: a bad key, an option that the store does not know. */
        INVALID
    }

    /** What to do about it. */
    public Kind kind() {
        return kind;
    }
}
