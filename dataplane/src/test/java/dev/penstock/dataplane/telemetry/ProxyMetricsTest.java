package dev.penstock.dataplane.telemetry;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ProxyMetricsTest {
    @Test
    void shouldBearTheNamesAndTypesThatDashboardsKnow() {
        assertThat(ProxyMetrics
                .write(List.of(new ProxyMetrics.Sample("tv/one", 1880, 3760, 188, 2, 5_000_000_000L, true)))
                .lines().filter(line -> !line.startsWith("# HELP"))).containsExactly(
                        "# TYPE streaming_packets_sent counter", "streaming_packets_sent{stream=\"tv/one\"} 20",
                        "# TYPE streaming_bytes_sent counter", "streaming_bytes_sent{stream=\"tv/one\"} 3760",
                        "# TYPE streaming_packets_dropped counter", "streaming_packets_dropped{stream=\"tv/one\"} 1",
                        "# TYPE streaming_bytes_dropped counter", "streaming_bytes_dropped{stream=\"tv/one\"} 188",
                        "# TYPE streaming_connections gauge", "streaming_connections{stream=\"tv/one\"} 2",
                        "# TYPE streaming_duration counter", "streaming_duration{stream=\"tv/one\"} 5000000000",
                        "# TYPE streaming_source_connected gauge", "streaming_source_connected{stream=\"tv/one\"} 1",
                        "# TYPE streaming_packets_received counter", "streaming_packets_received{stream=\"tv/one\"} 10",
                        "# TYPE streaming_bytes_received counter", "streaming_bytes_received{stream=\"tv/one\"} 1880");
    }

    @Test
    void shouldEndASeriesWithItsStream() {
        List<ProxyMetrics.Sample> streams = new ArrayList<>(
                List.of(new ProxyMetrics.Sample("a/b", 0, 0, 0, 0, 0, false)));
        try (Telemetry telemetry = new Telemetry()) {
            ProxyMetrics.addTo(telemetry, () -> streams);
            assertThat(telemetry.scrape()).contains("jvm_info", "\nstreaming_source_connected{stream=\"a/b\"} 0\n");
            streams.clear();
            assertThat(telemetry.scrape()).contains("jvm_info").doesNotContain("streaming_");
        }
    }
}
