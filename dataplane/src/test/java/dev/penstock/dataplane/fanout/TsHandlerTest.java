package dev.penstock.dataplane.fanout;

import java.util.Optional;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.FakeExchange;
import dev.penstock.dataplane.hub.HubConfig;
import dev.penstock.dataplane.hub.HubFixture;

import static org.assertj.core.api.Assertions.assertThat;

class TsHandlerTest {
    private final HubFixture fixture = new HubFixture(HubConfig.DEFAULT);
    private final TsFanout fanout = TsFanout.open(fixture.hub, FanoutConfig.DEFAULT.withHardViewers(1),
            new FanoutMetrics(fixture.registry));
    private final TsHandler handler = new TsHandler(
            (ns, name) -> name.equals("cam") ? Optional.of(fanout) : Optional.empty());

    private FakeExchange request(String name) {
        return new FakeExchange(new EmbeddedChannel()).param("ns", "ns").param("name", name);
    }

    @Test
    void shouldTakeOverTheConnection() {
        FakeExchange exchange = request("cam").handledBy(handler);
        assertThat(exchange.contentType()).isEqualTo("video/mp2t");
        assertThat(fanout.viewers()).isEqualTo(1);
    }

    @Test
    void shouldRefuseAboveTheLimitWithRetryAfter() {
        request("cam").handledBy(handler);
        FakeExchange second = request("cam").handledBy(handler);
        assertThat(second.status()).isEqualTo(503);
        assertThat(second.headers()).containsEntry("Retry-After", "5");
        assertThat(second.text())
                .isEqualTo("stream ns/cam: has 1 viewers, which is its limit (spec.limits.hardViewers)\n");
        assertThat(fixture.registry.counter("penstock.fanout.refused").count()).isEqualTo(1);
    }

    @Test
    void shouldNotCountHeadRequestsAndUnknownStreams() {
        assertThat(request("cam").asHead().handledBy(handler).status()).isEqualTo(200);
        assertThat(request("other").handledBy(handler).status()).isEqualTo(404);
        assertThat(fanout.viewers()).isZero();
    }
}
