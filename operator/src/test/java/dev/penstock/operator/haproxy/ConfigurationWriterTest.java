package dev.penstock.operator.haproxy;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.penstock.operator.GoldenFiles;
import dev.penstock.operator.haproxy.FrontDoor.Application;
import dev.penstock.operator.haproxy.FrontDoor.Tls;
import dev.penstock.operator.haproxy.LiveBackend.Ports;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ConfigurationWriterTest {
    private final GoldenFiles golden = new GoldenFiles(getClass());

    @Test
    void shouldRouteToALivePool() {
        golden.check("live-pool.cfg", ConfigurationWriter.write(door(Optional.empty(),
                Optional.of(LiveBackend.of("cams", "cams-pods.video.svc.cluster.local", 3, new Ports(8080, 9090, 1935),
                        ":1935")))));
    }

    @Test
    void shouldServeOneHostOnly() {
        golden.check("one-host.cfg", ConfigurationWriter.write(door(Optional.of("video.example.com"),
                Optional.of(LiveBackend.of("cams", "cams-pods.video.svc.cluster.local", 1, new Ports(8080, 9090, 1935),
                        ":1935")))));
    }

    @Test
    void shouldAnswerUnavailableWhenThereIsNoPool() {
        golden.check("no-pool.cfg", ConfigurationWriter.write(door(Optional.empty(), Optional.empty())));
    }

    @Test
    void shouldRefuseTextThatWouldAddADirective() {
        assertThatThrownBy(() -> door(Optional.of("a.example\n  stats enable"), Optional.empty()))
                .hasMessageContaining("host: 'a.example");
    }

    @Test
    void shouldServeApplicationsWithTheLongestPathFirst() {
        LiveBackend live = LiveBackend.of("cams", "cams-pods.video.svc.cluster.local", 1, new Ports(8080, 9090, 1935),
                ":1935");
        golden.check("applications.cfg", ConfigurationWriter.write(door(Optional.empty(), Optional.of(live),
                new Application("/", "shop.video.svc.cluster.local", 80),
                new Application("/app", "wall.video.svc.cluster.local", 8081),
                new Application("/app/admin/", "admin.video.svc.cluster.local", 80))));
    }

    @Test
    void shouldSendPlainHttpToTls() {
        golden.check("tls.cfg", ConfigurationWriter.write(new FrontDoor(":8080",
                Optional.of(new Tls(":8443", "/etc/penstock/tls/tls.crt", 8443)), ":8404", "/var/run/penstock",
                Optional.empty(), 20_000, Optional.empty(), List.of())));
    }

    private static FrontDoor door(Optional<String> host, Optional<LiveBackend> live, Application... applications) {
        return new FrontDoor(":8080", Optional.empty(), ":8404", "/var/run/penstock", host, 20_000, live,
                List.of(applications));
    }
}
