package dev.penstock.dataplane.http;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

/** Another exchange, as it is: for handlers that change one thing of it for those behind them. */
public abstract class ForwardingExchange implements Exchange {
    private final Exchange to;

    /** Forwards everything. */
    protected ForwardingExchange(Exchange to) {
        this.to = to;
    }

    @Override
    public String method() {
        return to.method();
    }

    @Override
    public boolean head() {
        return to.head();
    }

    @Override
    public String path() {
        return to.path();
    }

    @Override
    public String target() {
        return to.target();
    }

    @Override
    public Iterable<Map.Entry<String, String>> requestHeaders() {
        return to.requestHeaders();
    }

    @Override
    public String param(String name) {
        return to.param(name);
    }

    @Override
    public Optional<String> query(String name) {
        return to.query(name);
    }

    @Override
    public Optional<String> header(String name) {
        return to.header(name);
    }

    @Override
    public ByteBuf body() {
        return to.body();
    }

    @Override
    public boolean streams() {
        return to.streams();
    }

    @Override
    public BodyFlow receive(BodySink sink) {
        return to.receive(sink);
    }

    @Override
    public String remoteAddress() {
        return to.remoteAddress();
    }

    @Override
    public EventLoop eventLoop() {
        return to.eventLoop();
    }

    @Override
    public void onClose(Runnable action) {
        to.onClose(action);
    }

    @Override
    public void send(int status, String contentType, Map<String, String> headers, ByteBuf body) {
        to.send(status, contentType, headers, body);
    }

    @Override
    public void send(int status, String contentType, Map<String, String> headers, String body) {
        to.send(status, contentType, headers, body);
    }

    @Override
    public void send(String contentType, Map<String, String> headers, PulledBody body) {
        to.send(contentType, headers, body);
    }

    @Override
    public void sendFile(String contentType, Map<String, String> headers, Path file) {
        to.sendFile(contentType, headers, file);
    }

    @Override
    public AnswerBody pass(int status, Map<String, String> headers, Runnable writable) {
        return to.pass(status, headers, writable);
    }

    @Override
    public AnswerBody stream(String contentType, Map<String, String> headers, Runnable writable) {
        return to.stream(contentType, headers, writable);
    }

    @Override
    public void fail(HttpError error) {
        to.fail(error);
    }

    @Override
    public Optional<Channel> takeOver(String contentType, Map<String, String> headers) {
        return to.takeOver(contentType, headers);
    }
}
