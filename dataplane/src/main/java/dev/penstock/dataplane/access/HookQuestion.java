package dev.penstock.dataplane.access;

import org.jspecify.annotations.Nullable;

/**
 * What a hook is told.
 *
 * @param protocol how the publisher came
 * @param namespace of the stream
 * @param name of the stream
 * @param key what the publisher brought; null for none, and where the stream's own keys have been found right. Never shown
 * @param remote the publisher's address, without port
 */
public record HookQuestion(String protocol, String namespace, String name, @Nullable String key, String remote) {
    /** Without the key. */
    @Override
    public String toString() {
        return protocol + " " + namespace + "/" + name + " from " + remote;
    }
}
