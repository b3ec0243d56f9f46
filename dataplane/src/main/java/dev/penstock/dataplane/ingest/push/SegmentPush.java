package dev.penstock.dataplane.ingest.push;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.access.StreamKeys;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;

/**
 * Segments that are uploaded one by one. The first one of a publisher asks the gate; those that follow with the same key belong to the
 * same publication, until it is revoked: replaced, or without a segment for too long. Any thread.
 */
final class SegmentPush {
    static final String TEXT = "text/plain; charset=utf-8";
    static final Map<String, String> NO_STORE = Map.of("Cache-Control", "no-store");
    private static final int MOST_DIGITS = 18;

    private final PublishGate gate;
    private final HttpPushLimits limits;
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final AtomicLong pending = new AtomicLong();

    /** A publisher of segments, let in or still waiting for the gate. */
    private record Session(String key, CompletableFuture<Decision> decision) {
        boolean isOf(PublishRequest request) {
            return key.isEmpty() ? request.key() == null : StreamKeys.fit(List.of(key), request.key());
        }
    }

    /**
     * What the gate said.
     *
     * @param entered who takes the segments; null when none may come
     */
    private record Decision(PublishVerdict verdict, @Nullable Entered entered) {}

    /** A publication, and the order of its segments. */
    record Entered(Publication publication, SegmentSession segments) {}

    SegmentPush(PublishGate gate, HttpPushLimits limits) {
        this.gate = gate;
        this.limits = limits;
    }

    /** Bytes of segments that are kept now. */
    long pendingBytes() {
        return pending.get();
    }

    /** A segment: {@code .../{seq}.ts}. */
    void segment(Exchange exchange) throws HttpError {
        long sequence = sequence(exchange.param("seq"));
        PublishRequest request = HttpPush.request(exchange);
        decision(request).thenAccept(decision -> exchange.eventLoop().execute(() -> {
            if (decision.entered() == null) {
                exchange.fail(HttpPush.error(decision.verdict(), request));
            } else {
                exchange.receive(new SegmentUpload(exchange, sequence, decision.entered(), limits, pending));
            }
        }));
    }

    /** The playlist that encoders upload beside their segments says nothing new: it is read and dropped. */
    void playlist(Exchange exchange) throws HttpError {
        PublishRequest request = HttpPush.request(exchange);
        Session session = sessions.get(id(request));
        if (session == null || !session.isOf(request)) {
            throw new HttpError(409,
                    "playlist " + exchange.param("playlist") + ".m3u8 (expected: a segment before it)");
        }
        exchange.receive(new DroppedUpload(exchange, limits.segmentBytes()));
    }

    private static long sequence(String text) throws HttpError {
        int start = text.length();
        while (start > 0 && text.charAt(start - 1) >= '0' && text.charAt(start - 1) <= '9') {
            start--;
        }
        String digits = text.substring(start);
        if (digits.isEmpty() || digits.length() > MOST_DIGITS) {
            throw new HttpError(404,
                    "segment " + text + ".ts (expected: a name that ends in its number, such as 17.ts)");
        }
        return Long.parseLong(digits);
    }

    private static String id(PublishRequest request) {
        return request.namespace() + "/" + request.name();
    }

    private CompletableFuture<Decision> decision(PublishRequest request) {
        String id = id(request);
        String key = request.key() == null ? "" : request.key();
        Session fresh = new Session(key, new CompletableFuture<>());
        Session there = sessions.putIfAbsent(id, fresh);
        if (there != null && there.isOf(request)) {
            return there.decision();
        }
        gate.admit(request, verdict -> {
            if (verdict instanceof PublishVerdict.Accepted accepted) {
                accepted.publication().loop().execute(() -> enter(id, fresh, accepted));
            } else {
                sessions.remove(id, fresh);
                fresh.decision().complete(new Decision(verdict, null));
            }
        });
        return fresh.decision();
    }

    /** On the stream's event loop. */
    private void enter(String id, Session fresh, PublishVerdict.Accepted accepted) {
        Publication publication = accepted.publication();
        SegmentSession segments = new SegmentSession(publication, limits, bytes -> pending.addAndGet(-bytes));
        sessions.put(id, fresh);
        publication.onRevoked(line -> {
            sessions.remove(id, fresh);
            segments.close(line);
        });
        fresh.decision().complete(new Decision(accepted, new Entered(publication, segments)));
    }
}
