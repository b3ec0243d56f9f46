package dev.penstock.dataplane.ingest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of all sources of a pod together, by protocol: no stream's name is a label. Any thread. */
public final class IngestMetrics {
    private static final List<String> PROTOCOLS = List.of("http", "https", "hls", "tcp", "udp", "file", "unix",
            "command", "rtmp", "rtmps", "rtsp", "rtsps", "srt");

    private final Map<String, ProtocolMetrics> meters = new HashMap<>();
    private final MeterRegistry registry;
    private final Counter waits;

    private record ProtocolMetrics(Counter bytes, Counter packets, Counter skipped, Counter syncLosses, Counter tries,
            Counter failures, AtomicInteger connected) {}

    /** Declares the meters. */
    public IngestMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (String protocol : PROTOCOLS) {
            AtomicInteger connected = new AtomicInteger();
            Gauge.builder("penstock.ingest.connected", connected, AtomicInteger::get).tag("protocol", protocol)
                    .description("Sources that deliver").register(registry);
            meters.put(protocol, new ProtocolMetrics(
                    counter(registry, protocol, "received", "Bytes of transport packets received", "bytes"),
                    counter(registry, protocol, "packets", "Transport packets received", "packets"),
                    counter(registry, protocol, "skipped", "Bytes received that belong to no packet", "bytes"),
                    counter(registry, protocol, "sync.losses", "Times that packets had to be looked for", "losses"),
                    counter(registry, protocol, "tries", "Times that a source was tried", "tries"),
                    counter(registry, protocol, "failures", "Times that a source failed or was given up", "failures"),
                    connected));
        }
        waits = Counter.builder("penstock.ingest.reader.waits")
                .description("Times that a file, FIFO or program had to wait for the event loop").register(registry);
    }

    private static Counter counter(MeterRegistry registry, String protocol, String name, String description,
            String unit) {
        return Counter.builder("penstock.ingest." + name).tag("protocol", protocol).baseUnit(unit)
                .description(description).register(registry);
    }

    /** Shows how many connects wait for their turn. */
    public void watch(ConnectGate gate) {
        Gauge.builder("penstock.ingest.connects.waiting", gate, ConnectGate::waiting)
                .description("Sources that wait for their turn to connect").register(registry);
    }

    /** Transport packets or access units have come. */
    public void packets(String protocol, long count, long bytes) {
        of(protocol).packets().increment(count);
        of(protocol).bytes().increment(bytes);
    }

    /** Bytes came that belong to no packet. */
    public void skipped(String protocol, long bytes) {
        of(protocol).skipped().increment(bytes);
        of(protocol).syncLosses().increment();
    }

    void tried(String protocol) {
        of(protocol).tries().increment();
    }

    void failed(String protocol) {
        of(protocol).failures().increment();
    }

    /** One source more delivers, or one less. */
    public void connected(String protocol, int change) {
        of(protocol).connected().addAndGet(change);
    }

    void waited() {
        waits.increment();
    }

    private ProtocolMetrics of(String protocol) {
        return Objects.requireNonNull(meters.get(protocol), protocol);
    }
}
