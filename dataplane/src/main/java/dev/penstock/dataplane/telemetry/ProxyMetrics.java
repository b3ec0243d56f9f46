package dev.penstock.dataplane.telemetry;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * The nine metrics of the MPEG-TS proxy restreamer, under its names and with its types, so that dashboards that know them go on. They
 * are read when somebody scrapes: a stream counts for itself, in bytes, and its series end with it. Names of counters end without
 * {@code _total} as they do there, which is why they are written here and not by Micrometer.
 */
public final class ProxyMetrics {
    private static final int PACKET_BYTES = 188;

    /**
     * What one stream has counted.
     *
     * @param stream {@code ns/name}, the label
     * @param receivedBytes from its sources
     * @param sentBytes to its HTTP-TS viewers
     * @param droppedBytes that slow viewers missed
     * @param connections HTTP-TS viewers now
     * @param connectedNanos time that all of them, also those of before, have been connected
     * @param sourceConnected whether its source delivers
     */
    public record Sample(String stream, long receivedBytes, long sentBytes, long droppedBytes, long connections,
            long connectedNanos, boolean sourceConnected) {}

    private record Metric(String name, String type, String help, ToLongFunction<Sample> value) {}

    private static final List<Metric> METRICS = List.of(
            new Metric("streaming_packets_sent", "counter", "Packets of 188 bytes handed to HTTP-TS viewers",
                    s -> s.sentBytes() / PACKET_BYTES),
            new Metric("streaming_bytes_sent", "counter", "Bytes handed to HTTP-TS viewers", Sample::sentBytes),
            new Metric("streaming_packets_dropped", "counter", "Packets of 188 bytes that slow HTTP-TS viewers missed",
                    s -> s.droppedBytes() / PACKET_BYTES),
            new Metric("streaming_bytes_dropped", "counter", "Bytes that slow HTTP-TS viewers missed",
                    Sample::droppedBytes),
            new Metric("streaming_connections", "gauge", "HTTP-TS viewers", Sample::connections),
            new Metric("streaming_duration", "counter",
                    "Nanoseconds that HTTP-TS viewers have been connected, all together",
                    Sample::connectedNanos),
            new Metric("streaming_source_connected", "gauge", "1 while the source delivers",
                    s -> s.sourceConnected() ? 1 : 0),
            new Metric("streaming_packets_received", "counter", "Bytes received from sources / 188",
                    s -> s.receivedBytes() / PACKET_BYTES),
            new Metric("streaming_bytes_received", "counter", "Bytes received from sources", Sample::receivedBytes));

    private ProxyMetrics() {}

    /** Adds them to what a process tells; the streams are asked for at each scrape. */
    public static void addTo(Telemetry telemetry, Supplier<Collection<Sample>> streams) {
        telemetry.add(() -> write(streams.get()));
    }

    /** In Prometheus' text format 0.0.4; nothing without streams. */
    static String write(Collection<Sample> streams) {
        StringBuilder out = new StringBuilder(streams.isEmpty() ? 0 : 1024 + 512 * streams.size());
        if (!streams.isEmpty()) {
            for (Metric metric : METRICS) {
                out.append("# HELP ").append(metric.name()).append(' ').append(metric.help()).append("\n# TYPE ")
                        .append(metric.name()).append(' ').append(metric.type()).append('\n');
                for (Sample stream : streams) {
                    out.append(metric.name()).append("{stream=\"").append(stream.stream()).append("\"} ")
                            .append(metric.value().applyAsLong(stream)).append('\n');
                }
            }
        }
        return out.toString();
    }
}
