package dev.penstock.dataplane.api;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A stream, as the API and the page show it. Free of secrets.
 *
 * @param namespace its namespace
 * @param name its name
 * @param state its state
 * @param source where it comes from; null until a source is known
 * @param media what it carries; null until its headers were seen
 * @param viewers HTTP-TS connections now, and HLS players of the last minute
 * @param uptimeSeconds since media arrives without a break; 0 when it does not
 * @param lastError why there is no media, or what went wrong last, one line; null when nothing did
 * @param urls where to play it
 * @param load {@code ok}, or {@code full} when new viewers should go elsewhere
 * @param push servers that it is sent on to; null without any
 */
public record StreamView(String namespace, String name, StreamState state, @Nullable Source source,
        @Nullable Media media, long viewers, long uptimeSeconds, @Nullable String lastError, Urls urls,
        String load, @Nullable List<Push> push) {
    /** Copies the list. */
    public StreamView {
        push = push == null ? null : List.copyOf(push);
    }

    /**
     * A server that a stream is sent on to.
     *
     * @param name in the stream
     * @param url where it is, without query
     * @param state {@code Waiting}, {@code Connecting}, {@code Connected} or {@code Failed}
     * @param since since when, RFC 3339
     * @param problem what went wrong last; null when nothing did
     * @param bytes of media sent so far
     * @param skips how often it was too slow and went on at a later key frame
     */
    public record Push(String name, String url, String state, String since, @Nullable String problem, long bytes,
            long skips) {}

    /**
     * Where a stream comes from.
     *
     * @param protocol scheme, such as {@code http} or {@code udp}
     * @param remote URL or address without user, password, query and key
     */
    public record Source(String protocol, String remote) {}

    /**
     * What a stream carries.
     *
     * @param codecs RFC 6381, comma separated; empty while unknown
     * @param width pixels; 0 without video
     * @param height pixels; 0 without video
     * @param framesPerSecond 0 while unknown
     * @param bitsPerSecond measured over the last seconds
     * @param keyframeSeconds time between the last keyframes; 0 while unknown
     */
    public record Media(String codecs, int width, int height, double framesPerSecond, long bitsPerSecond,
            double keyframeSeconds) {}

    /**
     * Where to play a stream: paths from the server's root, or whole URLs.
     *
     * @param hls playlist; null when HLS is off
     * @param ts endless transport stream; null when it is off
     */
    public record Urls(@Nullable String hls, @Nullable String ts) {}
}
