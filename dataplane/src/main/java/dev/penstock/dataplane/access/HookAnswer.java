package dev.penstock.dataplane.access;

/** What a hook said. */
public sealed interface HookAnswer {
    /** It may publish. */
    record Allowed() implements HookAnswer {}

    /**
     * It may not.
     *
     * @param reason the hook's line for the publisher; empty for none
     */
    record Denied(String reason) implements HookAnswer {}

    /**
     * It has not said anything that can be understood.
     *
     * @param reason one line for people, free of secrets
     */
    record Failed(String reason) implements HookAnswer {}
}
