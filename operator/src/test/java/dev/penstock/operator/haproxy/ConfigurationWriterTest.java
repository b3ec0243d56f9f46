package dev.penstock.operator.haproxy;

import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.penstock.operator.GoldenFiles;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ConfigurationWriterTest {
    private final GoldenFiles golden = new GoldenFiles(getClass());

    @Test
    void shouldRouteToALivePool() {
        golden.check("live-pool.cfg", ConfigurationWriter.write(plan(Optional.empty(),
                Optional.of(LiveBackend.of("cams", "video", "cams-pods", 3, 8080, 9090, "cluster.local")))));
    }

    @Test
    void shouldServeOneHostOnly() {
        golden.check("one-host.cfg", ConfigurationWriter.write(plan(Optional.of("video.example.com"),
                Optional.of(LiveBackend.of("cams", "video", "cams-pods", 1, 8080, 9090, "cluster.local")))));
    }

    @Test
    void shouldAnswerUnavailableWhenThereIsNoPool() {
        golden.check("no-pool.cfg", ConfigurationWriter.write(plan(Optional.empty(), Optional.empty())));
    }

    @Test
    void shouldRefuseTextThatWouldAddADirective() {
        assertThatThrownBy(() -> plan(Optional.of("a.example\n  stats enable"), Optional.empty()))
                .hasMessageContaining("host: 'a.example");
    }

    private static GatewayPlan plan(Optional<String> host, Optional<LiveBackend> live) {
        return new GatewayPlan(":8080", "/var/run/haproxy/admin.sock", "/etc/penstock/partitions.map", host, 20_000,
                live);
    }
}
