package dev.penstock.dataplane.access;

import org.jspecify.annotations.Nullable;

/**
 * Somebody wants to play, and what they bring for it. Its text form shows none of that.
 *
 * @param namespace of the stream
 * @param name of the stream
 * @param file path below the stream, such as {@code index.m3u8}
 * @param address of the client
 * @param signed a signature, from the path or the query; null for none
 * @param token what may be a bearer token, from the path or the query; null for none
 * @param authorization the header; null for none
 */
public record PlaybackRequest(String namespace, String name, String file, String address, @Nullable SignedUrl signed,
        @Nullable String token, @Nullable String authorization) {
    /** {@code ns/name}. */
    public String stream() {
        return namespace + "/" + name;
    }

    /** Path without tokens. */
    String path() {
        return "/live/" + stream() + "/" + file;
    }

    @Override
    public String toString() {
        return "PlaybackRequest[" + stream() + "]";
    }
}
