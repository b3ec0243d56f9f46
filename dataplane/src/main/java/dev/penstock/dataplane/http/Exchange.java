package dev.penstock.dataplane.http;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

/**
 * One request and the way to answer it. The answering methods ({@link #send}, {@link #sendFile}, {@link #fail},
 * {@link #takeOver}) may be called from any thread, one of them, once. HEAD, ranges, keep-alive, CORS and compression are
 * the server's business: a handler answers as if to a plain GET. With status 200 and an ETag header, If-None-Match is
 * answered by the server too. An {@code Access-Control-Allow-Origin} header of the handler replaces the server's
 * {@code *}; an empty one takes it away. A second answer is an {@link IllegalStateException}, its body released.
 */
public interface Exchange {
    /** Method in capitals: GET for HEAD requests too. */
    String method();

    /** True for a HEAD request: the body will be dropped, so a handler may leave expensive bodies out. */
    boolean head();

    /** Decoded path, without query. */
    String path();

    /** Path and query as the client wrote them, checked, not decoded. */
    String target();

    /** All request headers, in their order. */
    Iterable<Map.Entry<String, String>> requestHeaders();

    /** Value of a {@code {name}} in the route's pattern; decoded. */
    String param(String name);

    /** First value of a query parameter. */
    Optional<String> query(String name);

    /** First value of a request header. */
    Optional<String> header(String name);

    /**
     * The request's body, whole; empty for GET. It belongs to the server, which releases it after the answer: a handler that
     * keeps it beyond its answer retains it.
     */
    default ByteBuf body() {
        return Unpooled.EMPTY_BUFFER;
    }

    /** Whether the body is taken as it comes, by {@link #receive}. */
    default boolean streams() {
        return false;
    }

    /**
     * Begins to take the request's body; once, before the answer, and only where the route says so ({@link Router#streaming}). On
     * the event loop. Before that the client is held back, and one that waits for 100 Continue waits.
     *
     * @param sink gets the pieces, from this call on
     * @return holds them back
     */
    default BodyFlow receive(BodySink sink) {
        throw new IllegalStateException("the body of " + path() + " is not streamed");
    }

    /** Address of the peer, without port. */
    String remoteAddress();

    /** The connection's event loop. */
    EventLoop eventLoop();

    /**
     * Runs when the connection closes before the answer, or after it was taken over; at once if it has closed. On the
     * connection's event loop: for handlers that answer later.
     */
    void onClose(Runnable action);

    /**
     * Answers with a body.
     *
     * @param status HTTP status
     * @param contentType Content-Type
     * @param headers further headers, such as Cache-Control and ETag
     * @param body the body; ownership passes to this call. Shared buffers are written without a copy when
     *     they are direct and have at most 1,024 components; their indices stay as they are
     */
    void send(int status, String contentType, Map<String, String> headers, ByteBuf body);

    /** Answers with text in UTF-8, gzipped (on the calling thread) where the client takes it and it is worth it. */
    void send(int status, String contentType, Map<String, String> headers, String body);

    /**
     * Answers 200 with a body of known length that is made as the client takes it, ranges included.
     *
     * @param contentType Content-Type
     * @param headers further headers, such as Cache-Control and ETag
     * @param body the body; closed by this call, now or later
     */
    void send(String contentType, Map<String, String> headers, PulledBody body);

    /** Answers with a file of the local disk, by sendfile, ranges included; 404 when it cannot be opened. */
    void sendFile(String contentType, Map<String, String> headers, Path file);

    /**
     * Answers with what another server has made, on the event loop only: status and headers go out as they are given, ranges
     * and conditions are not looked at, and the body comes piece by piece. Without Content-Length it is sent in chunks, or up
     * to the end of the connection when the headers say {@code Connection: close}. For HEAD the body is empty, and is ended
     * like any other.
     *
     * @param status HTTP status
     * @param headers headers without those that belong to one connection only (RFC 9110 7.6.1)
     * @param writable runs on the event loop when the client takes more, after {@link AnswerBody#isWritable} was false
     */
    AnswerBody pass(int status, Map<String, String> headers, Runnable writable);

    /**
     * Answers 200 with a body of our own that is still being made, on the event loop only: with the server's headers as in
     * {@link #send}, and the body piece by piece as in {@link #pass}, in chunks. Neither ranges nor conditions are looked at.
     * For HEAD the body is empty, and is ended like any other.
     *
     * @param contentType Content-Type
     * @param headers further headers, such as Cache-Control
     * @param writable runs on the event loop when the client takes more, after {@link AnswerBody#isWritable} was false
     */
    AnswerBody stream(String contentType, Map<String, String> headers, Runnable writable);

    /** Answers with an error. */
    void fail(HttpError error);

    /**
     * Sends the head of a 200 answer whose body ends when the connection does, and hands the connection over: the HTTP codec
     * is removed, the channel belongs to the caller, who adds its own handlers. For HEAD, and only then, the answer ends
     * here and the result is empty. The caller writes to the channel after this call, from any thread; whatever the client
     * still sends reaches the caller's handlers as bytes.
     */
    Optional<Channel> takeOver(String contentType, Map<String, String> headers);
}
