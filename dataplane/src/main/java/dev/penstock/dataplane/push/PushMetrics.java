package dev.penstock.dataplane.push;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of all pushes of a pod: neither streams nor servers are labels. Any thread. */
public final class PushMetrics {
    private final Map<PushState.Word, AtomicInteger> servers = new EnumMap<>(PushState.Word.class);
    private final Map<Protocol, Counter> bytes = new EnumMap<>(Protocol.class);
    private final Map<Protocol, Counter> skips = new EnumMap<>(Protocol.class);
    private final Map<Protocol, Counter> connected = new EnumMap<>(Protocol.class);
    private final Map<Protocol, Counter> failed = new EnumMap<>(Protocol.class);

    /** Declares the meters. */
    public PushMetrics(MeterRegistry registry) {
        for (PushState.Word word : PushState.Word.values()) {
            AtomicInteger count = new AtomicInteger();
            servers.put(word, count);
            Gauge.builder("penstock.push.servers", count, AtomicInteger::get).tag("state", lower(word))
                    .description("Servers that streams are sent on to, by state").register(registry);
        }
        for (Protocol protocol : Protocol.values()) {
            String tag = lower(protocol);
            bytes.put(protocol, Counter.builder("penstock.push.sent").baseUnit("bytes").tag("protocol", tag)
                    .description("Bytes of media handed to connections of servers").register(registry));
            skips.put(protocol, Counter.builder("penstock.push.skips").tag("protocol", tag)
                    .description("Slow servers moved to the newest key frame").register(registry));
            connected.put(protocol, tries(registry, tag, "connected"));
            failed.put(protocol, tries(registry, tag, "failed"));
        }
    }

    private static Counter tries(MeterRegistry registry, String protocol, String outcome) {
        return Counter.builder("penstock.push.tries").tag("protocol", protocol).tag("outcome", outcome)
                .description("Servers that accepted a stream, and connections that failed or were lost")
                .register(registry);
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    void entered(PushState.Word word) {
        servers.get(word).incrementAndGet();
    }

    void left(PushState.Word word) {
        servers.get(word).decrementAndGet();
    }

    void sent(Protocol protocol, long count) {
        bytes.get(protocol).increment(count);
    }

    void skipped(Protocol protocol) {
        skips.get(protocol).increment();
    }

    void connected(Protocol protocol) {
        connected.get(protocol).increment();
    }

    void failed(Protocol protocol) {
        failed.get(protocol).increment();
    }
}
