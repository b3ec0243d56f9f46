package dev.penstock.dataplane.access;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Asks hooks whether someone may publish: a signed JSON POST, see {@link HookWords}. A hook is asked at most {@value #MOST_AT_ONCE}
 * questions at a time, and as many as {@value #MOST_WAITING} more wait for their turn within the hook's timeout, so one that hangs
 * holds up nobody but those who need it. Yes and no are kept for a while, the last {@value #MOST_KEPT} of them; no answer is not.
 * Thread safe.
 */
public final class PublishHooks implements AutoCloseable {
    /** Questions that one hook is asked at a time. */
    static final int MOST_AT_ONCE = 32;
    /** Questions that wait for one hook; beyond, it counts as not answering. */
    static final int MOST_WAITING = 1024;
    /** Answers of all hooks that are kept. */
    static final int MOST_KEPT = 10_000;
    private static final int MOST_HOOKS = 1000;
    private static final int MOST_BYTES = 64 << 10;

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor()).build();
    private final Map<String, Semaphore> turns = new Newest<>(MOST_HOOKS);
    private final Map<String, Kept> kept = new Newest<>(MOST_KEPT);
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final PublishMetrics metrics;

    private record Kept(HookAnswer answer, long untilNanos) {}

    /** A map that forgets what was put first. */
    private static final class Newest<V> extends LinkedHashMap<String, V> {
        private static final long serialVersionUID = 1L;
        private final int most;

        Newest(int most) {
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > most;
        }
    }

    /**
     * @param clock for the time in the signature
     * @param nanos for durations
     */
    public PublishHooks(InstantSource clock, LongSupplier nanos, PublishMetrics metrics) {
        this.clock = clock;
        this.nanos = nanos;
        this.metrics = metrics;
    }

    /** Asks a hook, or remembers what it said. Blocks for the hook's timeout at most: for virtual threads. */
    public HookAnswer ask(Hook hook, HookQuestion question) {
        byte[] body = HookWords.question(question);
        String asked = HookWords.digest(hook, body);
        synchronized (kept) {
            Kept known = kept.get(asked);
            if (known != null && known.untilNanos() - nanos.getAsLong() > 0) {
                metrics.hookAnswered("cached");
                return known.answer();
            }
        }
        HookAnswer answer = inTurn(hook, body);
        metrics.hookAnswered(answer.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        if (!(answer instanceof HookAnswer.Failed) && hook.cache().isPositive()) {
            synchronized (kept) {
                kept.remove(asked);
                kept.put(asked, new Kept(answer, nanos.getAsLong() + hook.cache().toNanos()));
            }
        }
        return answer;
    }

    private HookAnswer inTurn(Hook hook, byte[] body) {
        Semaphore turn;
        synchronized (turns) {
            turn = turns.computeIfAbsent(hook.url().toString(), url -> new Semaphore(MOST_AT_ONCE, true));
        }
        if (turn.getQueueLength() >= MOST_WAITING) {
            return new HookAnswer.Failed("it has " + MOST_WAITING + " questions to answer already");
        }
        long end = nanos.getAsLong() + hook.timeout().toNanos();
        try {
            if (!turn.tryAcquire(hook.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
                return late(hook);
            }
            try {
                return ask(hook, body, end);
            } finally {
                turn.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new HookAnswer.Failed("stopping");
        }
    }

    private HookAnswer ask(Hook hook, byte[] body, long end) throws InterruptedException {
        try {
            try {
                return send(hook, body, end);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof HttpTimeoutException || e.getCause() instanceof ConnectException) {
                    throw e;
                }
                // A connection that was kept may be closed by now; to ask twice is harmless.
                return send(hook, body, end);
            }
        } catch (TimeoutException e) {
            return late(hook);
        } catch (ExecutionException e) {
            return e.getCause() instanceof HttpTimeoutException
                    ? late(hook)
                    : new HookAnswer.Failed("it cannot be asked: " + e.getCause().getClass().getSimpleName());
        } catch (IOException e) {
            return new HookAnswer.Failed("its answer is no JSON (expected: {\"allow\": true})");
        }
    }

    private HookAnswer send(Hook hook, byte[] body, long end)
            throws InterruptedException, ExecutionException, TimeoutException, IOException {
        long left = end - nanos.getAsLong();
        if (left <= 0) {
            throw new TimeoutException();
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(hook.url()).timeout(Duration.ofNanos(left))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofByteArray(body));
        if (hook.secret() != null) {
            request.header(HookWords.SIGNATURE,
                    HookWords.signature(hook.secret(), clock.instant().getEpochSecond(), body));
        }
        var sent = client.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
        try {
            // The request's own timeout ends with the head of the answer.
            HttpResponse<byte[]> answer = sent.get(left, TimeUnit.NANOSECONDS);
            return HookWords.answer(answer.statusCode(), answer.body());
        } finally {
            sent.cancel(true);
        }
    }

    private static HookAnswer late(Hook hook) {
        return new HookAnswer.Failed("it does not answer within " + hook.timeout().toMillis() + " ms");
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
