package dev.penstock.dataplane.notify;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.notify.NotifyMetrics.Outcome;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * The way to one target: a queue, and a virtual thread for as long as something is in it, which tells one event after the other in
 * their order. When the queue is full the oldest that waits is dropped. Any thread; the queue is guarded by this object's monitor,
 * which is never held for long.
 */
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final String stream;
    private final Target target;
    private final String source;
    private final Parts parts;
    private final Deque<CloudEvent> queue = new ArrayDeque<>();
    private boolean running;
    private boolean down;
    private long beatNanos;

    /** What all deliveries share. */
    record Parts(HttpClient client, Function<String, Optional<String>> secrets, InstantSource clock,
            RandomGenerator random, NotifyLimits limits, NotifyMetrics metrics) {}

    /** What became of a try. */
    private enum Try {
        TOLD, NOT_NOW, NOT_WANTED
    }

    Delivery(String stream, Target target, String source, Parts parts, long nowNanos) {
        this.stream = stream;
        this.target = target;
        this.source = source;
        this.parts = parts;
        beatNanos = nowNanos;
    }

    Target target() {
        return target;
    }

    /** Whether to tell that the stream is served; not while something else waits, which says the same. */
    synchronized boolean beatIsDue(long nowNanos) {
        if (target.heartbeat().isEmpty() || nowNanos - beatNanos < target.heartbeat().get().toNanos()) {
            return false;
        }
        beatNanos = nowNanos;
        return queue.isEmpty();
    }

    /** Tells it later. */
    synchronized void add(CloudEvent event) {
        queue.addLast(event);
        parts.metrics().waiting(1);
        if (queue.size() > parts.limits().queue()) {
            queue.removeFirst();
            parts.metrics().waiting(-1);
            parts.metrics().count(Outcome.DROPPED);
        }
        if (!running) {
            running = true;
            Thread.ofVirtual().name("notify").start(this::run);
        }
    }

    private synchronized @Nullable CloudEvent next() {
        CloudEvent event = queue.pollFirst();
        running = event != null;
        if (event != null) {
            parts.metrics().waiting(-1);
        }
        return event;
    }

    private void run() {
        try {
            for (CloudEvent event = next(); event != null; event = next()) {
                parts.metrics().count(tell(event) ? Outcome.DELIVERED : Outcome.FAILED);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean tell(CloudEvent event) throws InterruptedException {
        byte[] body = event.body(source);
        Duration pause = parts.limits().firstPause();
        for (int attempt = 1;; attempt++) {
            Try result = attempt(event, body);
            if (result == Try.TOLD) {
                note(false, "");
                return true;
            }
            if (result == Try.NOT_WANTED || attempt >= parts.limits().attempts()) {
                return false;
            }
            parts.metrics().count(Outcome.RETRIED);
            long millis = pause.toMillis();
            TimeUnit.MILLISECONDS.sleep(millis / 2 + parts.random().nextLong(millis / 2 + 1));
            pause = pause.multipliedBy(2).compareTo(parts.limits().longestPause()) > 0
                    ? parts.limits().longestPause()
                    : pause.multipliedBy(2);
        }
    }

    private Try attempt(CloudEvent event, byte[] body) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(target.url()).timeout(parts.limits().answer())
                .header("Content-Type", CloudEvent.CONTENT_TYPE).header("User-Agent", "penstock")
                .header("webhook-id", event.id()).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        long seconds = parts.clock().instant().getEpochSecond();
        request.header("webhook-timestamp", String.valueOf(seconds));
        if (target.secret().isPresent()) {
            Optional<String> secret = parts.secrets().apply(target.secret().get()).filter(key -> !key.isEmpty());
            if (secret.isEmpty()) {
                note(true, "Secret " + target.secret().get() + ": no key token (expected: the key that signs)");
                return Try.NOT_NOW;
            }
            request.header("webhook-signature", Signature.of(secret.get(), event.id(), seconds, body));
        }
        try {
            HttpResponse<InputStream> answer = parts.client().send(request.build(), BodyHandlers.ofInputStream());
            // What it says is of no use, and may never end.
            answer.body().close();
            return judge(answer.statusCode());
        } catch (IOException e) {
            note(true, e.getClass().getSimpleName());
            return Try.NOT_NOW;
        }
    }

    private Try judge(int status) {
        if (status >= 200 && status < 300) {
            return Try.TOLD;
        }
        note(true, "it answers with status " + status + " (expected: 2xx)");
        return status >= 500 || status == 408 || status == 425 || status == 429 ? Try.NOT_NOW : Try.NOT_WANTED;
    }

    /** One line when a target begins to fail, and one when it is well again. */
    private void note(boolean fails, String reason) {
        if (fails != down) {
            down = fails;
            String host = target.url().getHost();
            if (fails) {
                LOG.atWarn().addKeyValue(LogKeys.STREAM, stream).addKeyValue(LogKeys.REMOTE, host)
                        .addKeyValue(LogKeys.REASON, reason).log("Notification not delivered");
            } else {
                LOG.atInfo().addKeyValue(LogKeys.STREAM, stream).addKeyValue(LogKeys.REMOTE, host)
                        .log("Notifications are delivered again");
            }
        }
    }
}
