package dev.penstock.dataplane.app;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.dataplane.access.PublishMetrics;
import dev.penstock.dataplane.ingest.push.PublishGate;
import dev.penstock.dataplane.ingest.push.PublishRequest;
import dev.penstock.dataplane.ingest.push.PublishVerdict;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Accepted;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Elsewhere;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Reason;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Refused;
import dev.penstock.dataplane.placement.StreamPlaces;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Lets publishers in: finds the stream's pod, the stream, its keys and its hook. Keys are read on virtual threads, at most
 * {@value #MOST} at a time. A stream that is not there and a key that does not fit get the same words. Any thread.
 */
final class StreamGate implements PublishGate {
    private static final Logger LOG = LoggerFactory.getLogger(StreamGate.class);
    private static final int MOST = 256;
    private static final int SHOWN = 128;
    private static final long LOG_NANOS = 1_000_000_000;

    private final LiveStreams streams;
    private final PublishRules rules;
    private final @Nullable StreamPlaces places;
    private final PublishMetrics metrics;
    private final LongSupplier nanos;
    private final Semaphore permits = new Semaphore(MOST);
    private final AtomicLong loggedNanos;
    private final AtomicLong unlogged = new AtomicLong();

    /**
     * @param rules who may publish
     * @param places the pool's pods; null without a pool
     * @param nanos for durations
     */
    StreamGate(LiveStreams streams, PublishRules rules, @Nullable StreamPlaces places, PublishMetrics metrics,
            LongSupplier nanos) {
        this.streams = streams;
        this.rules = rules;
        this.places = places;
        this.metrics = metrics;
        this.nanos = nanos;
        this.loggedNanos = new AtomicLong(nanos.getAsLong() - LOG_NANOS);
    }

    @Override
    public void admit(PublishRequest request, Consumer<PublishVerdict> verdict) {
        Optional<PublishVerdict> away = elsewhere(request);
        if (away.isPresent()) {
            answer(request, away.get(), verdict);
            return;
        }
        if (!permits.tryAcquire()) {
            answer(request, new Refused(Reason.UNAVAILABLE, "too many publishers come at once; try again"), verdict);
            return;
        }
        Thread.ofVirtual().name("publish-gate").start(() -> {
            try {
                judge(request, verdict);
            } catch (RuntimeException e) {
                LOG.atError().addKeyValue(LogKeys.STREAM, shown(request)).setCause(e).log("Publisher not checked");
                answer(request, new Refused(Reason.UNAVAILABLE, "keys cannot be read now; try again"), verdict);
            }
        });
    }

    @Override
    public Optional<String> passphrase(String namespace, String name) {
        return streams.find(namespace, name).map(LiveStreams.Running::feed)
                .flatMap(feed -> feed instanceof Feed.Push push ? push.config().passphrase() : Optional.empty());
    }

    private Optional<PublishVerdict> elsewhere(PublishRequest request) {
        if (places == null) {
            return Optional.empty();
        }
        return switch (places.where(request.namespace(), request.name())) {
            case HERE -> Optional.empty();
            case THERE -> places.host(request.namespace(), request.name()).map(Elsewhere::new);
            case SOON, NOWHERE -> Optional.of(new Refused(Reason.UNAVAILABLE,
                    "no pod serves stream " + shown(request) + " now; try again"));
        };
    }

    private void judge(PublishRequest request, Consumer<PublishVerdict> verdict) {
        Optional<LiveStream> off = streams.offAir(request.namespace(), request.name())
                .filter(stream -> stream.getSpec().source().push() != null);
        Optional<LiveStreams.Running> running = streams.find(request.namespace(), request.name())
                .filter(stream -> stream.feed() instanceof Feed.Push);
        Optional<LiveStream> stream = off.or(() -> running.map(LiveStreams.Running::resource));
        Optional<Refused> no;
        try {
            no = stream.isEmpty()
                    ? Optional.of(new Refused(Reason.NOT_FOUND, PublishRules.unknown(request)))
                    : rules.byKey(stream.get(), request);
        } finally {
            // Hooks have a bound of their own: one that hangs must not use up this one.
            permits.release();
        }
        no = no.or(() -> rules.byHook(stream.orElseThrow(), request));
        if (no.isPresent()) {
            answer(request, no.get(), verdict);
        } else if (off.isPresent()) {
            answer(request, new Refused(Reason.UNAVAILABLE, OffAir.message(shown(request))), verdict);
        } else {
            try {
                running.orElseThrow().unit().loop().execute(() -> enter(request, verdict));
            } catch (RejectedExecutionException e) {
                answer(request, new Refused(Reason.UNAVAILABLE, "stopping; try again"), verdict);
            }
        }
    }

    /** On the stream's event loop. */
    private void enter(PublishRequest request, Consumer<PublishVerdict> verdict) {
        PublishVerdict said = streams.find(request.namespace(), request.name())
                .filter(stream -> stream.unit().loop().inEventLoop() && stream.feed() instanceof Feed.Push)
                .map(stream -> ((Feed.Push) stream.feed()).point().enter(request))
                .orElseGet(() -> new Refused(Reason.UNAVAILABLE, "the stream has changed; try again"));
        answer(request, said, verdict);
    }

    /** A stream as it may be shown: publishers choose what they ask for. */
    static String shown(PublishRequest request) {
        String id = request.namespace() + "/" + request.name();
        return id.length() <= SHOWN ? id : id.substring(0, SHOWN) + "...";
    }

    private void answer(PublishRequest request, PublishVerdict said, Consumer<PublishVerdict> verdict) {
        switch (said) {
            case Accepted accepted -> {
                metrics.answered(request.protocol(), "accepted");
                LOG.atInfo().addKeyValue(LogKeys.STREAM, shown(request))
                        .addKeyValue(LogKeys.REMOTE, request.remote().getHostString()).log("Publisher let in");
            }
            case Elsewhere elsewhere -> metrics.answered(request.protocol(), "elsewhere");
            case Refused refused -> {
                metrics.answered(request.protocol(), refused.reason().name().toLowerCase(Locale.ROOT));
                log(request, refused);
            }
        }
        verdict.accept(said);
    }

    /** One line a second: who guesses keys must not fill the disk. */
    private void log(PublishRequest request, Refused refused) {
        long now = nanos.getAsLong();
        long before = loggedNanos.get();
        if (now - before < LOG_NANOS || !loggedNanos.compareAndSet(before, now)) {
            unlogged.incrementAndGet();
            return;
        }
        LOG.atWarn().addKeyValue(LogKeys.STREAM, shown(request))
                .addKeyValue(LogKeys.REMOTE, request.remote().getHostString())
                .addKeyValue(LogKeys.REASON, refused.reason() + ": " + refused.message())
                .addKeyValue(LogKeys.COUNT, unlogged.getAndSet(0) + 1).log("Publisher turned away");
    }
}
