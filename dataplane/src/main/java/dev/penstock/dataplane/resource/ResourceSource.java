package dev.penstock.dataplane.resource;

import java.util.Optional;

/** Where the desired state comes from. */
public interface ResourceSource {
    /**
     * Begins: the listener has heard of everything there is when this returns, and hears of changes from then on.
     *
     * @throws ResourceSourceException when nothing can be read at all
     */
    void start(ResourceListener listener) throws ResourceSourceException;

    /** Ends: the listener hears nothing more when this returns. */
    void stop();

    /** All resources as of now. Any thread. */
    ResourceView view();

    /**
     * A Secret. May block; any thread but an event loop.
     *
     * @return its data, or nothing when there is no such Secret or it cannot be read
     */
    Optional<SecretData> secret(String namespace, String name);

    /**
     * Looks at a Secret again, soon: somebody was refused who came with what it says. The listener hears of it if it has changed.
     * Any thread; does not block.
     */
    default void refreshSecret(String namespace, String name) {}
}
