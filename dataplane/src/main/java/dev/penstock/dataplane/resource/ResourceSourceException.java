package dev.penstock.dataplane.resource;

/** The desired state cannot be read at all. */
public final class ResourceSourceException extends Exception {
    /** Says what was tried and what was expected. */
    public ResourceSourceException(String message) {
        super(message);
    }
}
