package dev.penstock.dataplane.notify;

import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Who is told of which stream, and the way there. Telling never blocks and may be done by any thread, event loops too; each target
 * has a queue and at most one virtual thread, so one that hangs holds up nobody else.
 */
public final class Notifications implements AutoCloseable {
    /** Event that says that a stream is served. */
    static final String HEARTBEAT = "Heartbeat";

    private final String source;
    private final Delivery.Parts parts;
    private final LongSupplier nanos;
    private final Map<String, List<Delivery>> streams = new ConcurrentHashMap<>();

    /**
     * @param source name of this process, which events say
     * @param secrets finds the text that signs, by a stream's namespace and a Secret's name ({@code ns/name}); may block
     * @param clock wall clock, for events and signatures
     * @param nanos time from any beginning, for heartbeats
     * @param random shortens pauses
     */
    public Notifications(String source, Function<String, Optional<String>> secrets, InstantSource clock,
            LongSupplier nanos, RandomGenerator random, NotifyLimits limits, NotifyMetrics metrics) {
        this.source = source;
        this.nanos = nanos;
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(limits.connect()).followRedirects(HttpClient.Redirect.NEVER)
                .executor(Executors.newVirtualThreadPerTaskExecutor()).build();
        parts = new Delivery.Parts(client, secrets, clock, random, limits, metrics);
    }

    /** A stream's targets are these now; those that were there already keep what waits for them. By one thread. */
    public void apply(String stream, List<Target> targets) {
        List<Delivery> before = streams.getOrDefault(stream, List.of());
        List<Delivery> now = new ArrayList<>();
        for (Target target : targets) {
            now.add(before.stream().filter(d -> d.target().equals(target)).findFirst()
                    .orElseGet(() -> new Delivery(stream, target, source, parts, nanos.getAsLong())));
        }
        if (now.isEmpty()) {
            streams.remove(stream);
        } else {
            streams.put(stream, List.copyOf(now));
        }
    }

    /** A stream is gone; what waits is still told. By the thread of {@link #apply}. */
    public void remove(String stream) {
        streams.remove(stream);
    }

    /**
     * Something has happened to a stream.
     *
     * @param type as in {@code spec.notify[].events}
     * @param data what else is known: text, numbers, free of secrets
     */
    public void tell(String stream, String type, Map<String, Object> data) {
        List<Delivery> told = streams.getOrDefault(stream, List.of());
        if (!told.isEmpty()) {
            CloudEvent event = event(stream, type, data);
            told.stream().filter(delivery -> delivery.target().events().contains(type))
                    .forEach(delivery -> delivery.add(event));
        }
    }

    /** Sends the heartbeats that are due; to be called every second or so. */
    public void beat() {
        streams.forEach((stream, all) -> {
            for (Delivery delivery : all) {
                if (delivery.beatIsDue(nanos.getAsLong())) {
                    delivery.add(event(stream, HEARTBEAT, Map.of()));
                }
            }
        });
    }

    private CloudEvent event(String stream, String type, Map<String, Object> data) {
        return new CloudEvent(UUID.randomUUID().toString(), type, stream, parts.clock().instant(), Map.copyOf(data));
    }

    /** Ends at once: what waits is not told. */
    @Override
    public void close() {
        streams.clear();
        parts.client().shutdownNow();
    }
}
