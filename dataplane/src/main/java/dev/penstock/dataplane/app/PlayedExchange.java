package dev.penstock.dataplane.app;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

import dev.penstock.dataplane.http.AnswerBody;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.ForwardingExchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.PulledBody;

/** An exchange with somebody who was let in: its answers say whose pages may read them, and whether caches may keep them. */
final class PlayedExchange extends ForwardingExchange {
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

    private final Map<String, String> cors;
    private final boolean isPrivate;

    /**
     * @param cors headers about origins
     * @param isPrivate whether the answer is for this client alone
     */
    PlayedExchange(Exchange to, Map<String, String> cors, boolean isPrivate) {
        super(to);
        this.cors = cors;
        this.isPrivate = isPrivate;
    }

    @Override
    public void send(int status, String contentType, Map<String, String> headers, ByteBuf body) {
        super.send(status, contentType, with(headers), body);
    }

    @Override
    public void send(int status, String contentType, Map<String, String> headers, String body) {
        super.send(status, contentType, with(headers), body);
    }

    @Override
    public void send(String contentType, Map<String, String> headers, PulledBody body) {
        super.send(contentType, with(headers), body);
    }

    @Override
    public void sendFile(String contentType, Map<String, String> headers, Path file) {
        super.sendFile(contentType, with(headers), file);
    }

    @Override
    public AnswerBody pass(int status, Map<String, String> headers, Runnable writable) {
        Map<String, String> all = with(headers);
        if ("".equals(all.get(ALLOW_ORIGIN))) {
            all.remove(ALLOW_ORIGIN);
        }
        return super.pass(status, all, writable);
    }

    @Override
    public AnswerBody stream(String contentType, Map<String, String> headers, Runnable writable) {
        return super.stream(contentType, with(headers), writable);
    }

    @Override
    public void fail(HttpError error) {
        super.fail(new HttpError(error.status(), String.valueOf(error.getMessage()), with(error.headers())));
    }

    @Override
    public Optional<Channel> takeOver(String contentType, Map<String, String> headers) {
        return super.takeOver(contentType, with(headers));
    }

    private Map<String, String> with(Map<String, String> headers) {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(headers);
        String vary = all.get("Vary");
        all.putAll(cors);
        if (vary != null && cors.containsKey("Vary")) {
            all.put("Vary", vary + ", " + cors.get("Vary"));
        }
        if (isPrivate) {
            all.put("Cache-Control", "private" + Arrays.stream(all.getOrDefault("Cache-Control", "").split(","))
                    .map(String::strip).filter(part -> !part.isEmpty() && !part.equals("public"))
                    .map(part -> ", " + part).collect(Collectors.joining()));
        }
        return all;
    }
}
