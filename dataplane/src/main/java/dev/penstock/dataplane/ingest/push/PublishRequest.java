package dev.penstock.dataplane.ingest.push;

import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

/**
 * What a publisher says of itself.
 *
 * @param protocol {@code rtmp}, {@code rtmps}, {@code srt} or {@code http}
 * @param namespace namespace of the LiveStream
 * @param name name of the LiveStream
 * @param key the stream key; null when none was given. Never shown
 * @param remote the publisher's address
 */
public record PublishRequest(String protocol, String namespace, String name, @Nullable String key,
        InetSocketAddress remote) {
    /** Without the key. */
    @Override
    public String toString() {
        return protocol + " " + namespace + "/" + name + " from " + remote;
    }
}
