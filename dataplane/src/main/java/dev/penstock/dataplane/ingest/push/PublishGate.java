package dev.penstock.dataplane.ingest.push;

import java.util.Optional;
import java.util.function.Consumer;

/** Decides who may publish. Every protocol asks it before it takes media. */
@FunctionalInterface
public interface PublishGate {
    /**
     * Asks for a stream; never blocks, may be called by any thread.
     *
     * @param request who wants to publish what
     * @param verdict called once, on any thread, at once or later (keys and hooks may have to be asked); an
     *     {@link PublishVerdict.Accepted} that is not wanted any more (the connection is gone) must be closed by the caller
     */
    void admit(PublishRequest request, Consumer<PublishVerdict> verdict);

    /**
     * What a publisher by SRT must encrypt its connection with, before it is asked about; never blocks, may be called by any thread.
     *
     * @return empty for none, also when the stream is not here
     */
    default Optional<String> passphrase(String namespace, String name) {
        return Optional.empty();
    }
}
