package dev.penstock.dataplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;

import dev.penstock.dataplane.http.AnswerBody;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.PulledBody;

/** A request without a server: remembers the answer, refuses a second one. */
public final class FakeExchange implements Exchange {
    private final EmbeddedChannel channel;
    private final Map<String, String> params = new HashMap<>();
    private final Map<String, String> query = new HashMap<>();
    private final Map<String, String> requestHeaders = new HashMap<>();
    private final List<Runnable> onClose = new ArrayList<>();
    private Map<String, String> headers = Map.of();
    private ByteBuf body = Unpooled.EMPTY_BUFFER;
    private String contentType = "";
    private FakeBody streamed = new FakeBody(() -> {});
    private boolean head;
    private int status;

    public FakeExchange(EmbeddedChannel channel) {
        this.channel = channel;
    }

    public FakeExchange param(String name, String value) {
        params.put(name, value);
        return this;
    }

    public FakeExchange asking(String name, String value) {
        query.put(name, value);
        return this;
    }

    public FakeExchange requestHeader(String name, String value) {
        requestHeaders.put(name, value);
        return this;
    }

    public FakeExchange asHead() {
        head = true;
        return this;
    }

    /** Lets a handler answer; its error becomes the answer, as with the server. */
    public FakeExchange handledBy(HttpHandler handler) {
        try {
            handler.handle(this);
        } catch (HttpError e) {
            fail(e);
        }
        return this;
    }

    /** The client goes away. */
    public void disconnect() {
        onClose.forEach(Runnable::run);
    }

    /** Status of the answer, 0 while there is none. */
    public int status() {
        return status;
    }

    public String contentType() {
        return contentType;
    }

    public Map<String, String> headers() {
        return headers;
    }

    /** The body; the test releases it. */
    public ByteBuf answerBody() {
        return body;
    }

    /** The body as text, released. */
    public String text() {
        String text = body.toString(StandardCharsets.UTF_8);
        body.release();
        return text;
    }

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public boolean head() {
        return head;
    }

    @Override
    public String path() {
        return "/";
    }

    @Override
    public String target() {
        return "/";
    }

    @Override
    public Iterable<Map.Entry<String, String>> requestHeaders() {
        return requestHeaders.entrySet();
    }

    @Override
    public AnswerBody pass(int code, Map<String, String> more, Runnable writable) {
        throw new AssertionError("pass " + code + ": not expected of a handler tested here");
    }

    @Override
    public AnswerBody stream(String type, Map<String, String> more, Runnable writable) {
        send(200, type, more, Unpooled.EMPTY_BUFFER);
        streamed = new FakeBody(writable);
        return streamed;
    }

    /** What was streamed so far. */
    public FakeBody streamed() {
        return streamed;
    }

    @Override
    public String param(String name) {
        return params.get(name);
    }

    @Override
    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(requestHeaders.get(name));
    }

    @Override
    public String remoteAddress() {
        return "192.0.2.1";
    }

    @Override
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    @Override
    public void onClose(Runnable action) {
        onClose.add(action);
    }

    @Override
    public void send(int code, String type, Map<String, String> more, ByteBuf content) {
        if (status != 0) {
            throw new IllegalStateException("answered twice");
        }
        status = code;
        contentType = type;
        headers = more;
        body = content;
    }

    @Override
    public void send(int code, String type, Map<String, String> more, String content) {
        send(code, type, more, Unpooled.copiedBuffer(content, StandardCharsets.UTF_8));
    }

    @Override
    public void send(String type, Map<String, String> more, PulledBody content) {
        ByteBuf all = Unpooled.buffer();
        try {
            while (all.readableBytes() < content.size()) {
                ByteBuf piece = content.read(all.readableBytes(), 1000);
                all.writeBytes(piece);
                piece.release();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            content.close();
        }
        send(200, type, more, all);
    }

    @Override
    public void sendFile(String type, Map<String, String> more, Path file) {
        throw new AssertionError("sendFile " + file + ": not expected of a handler tested here");
    }

    @Override
    public void fail(HttpError error) {
        send(error.status(), "text/plain", error.headers(), error.getMessage());
    }

    @Override
    public Optional<Channel> takeOver(String type, Map<String, String> more) {
        send(200, type, more, Unpooled.EMPTY_BUFFER);
        return head ? Optional.empty() : Optional.of(channel);
    }
}
