package dev.penstock.dataplane.push;

import dev.penstock.dataplane.ingest.input.SourceUrl;

/** A server of {@code spec.outputs.push}, checked. */
public sealed interface PushPlan {
    /** Its name in the stream. */
    String name();

    /** Where it is, for people: without query and secrets. */
    String remote();

    /** How it is reached. */
    Protocol protocol();

    /** A server that can be tried. */
    record Send(String name, Protocol protocol, SourceUrl url, Credentials credentials) implements PushPlan {
        @Override
        public String remote() {
            return url.remote();
        }
    }

    /**
     * A server that cannot be tried as things are; the stream is served all the same.
     *
     * @param problem field, value and what was expected, without secrets
     */
    record Refused(String name, Protocol protocol, String remote, String problem) implements PushPlan {}
}
