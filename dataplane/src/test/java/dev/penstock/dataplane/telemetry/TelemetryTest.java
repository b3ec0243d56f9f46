package dev.penstock.dataplane.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TelemetryTest {
    @Test
    void shouldTellOfTheJvmAndOfOurMeters() {
        try (Telemetry telemetry = new Telemetry()) {
            telemetry.registry().counter("penstock.test", "reason", "x").increment();
            assertThat(telemetry.scrape()).contains("jvm_memory_used_bytes", "process_uptime_seconds",
                    "process_files_open_files", "logback_events_total", "penstock_test_total{reason=\"x\"} 1.0");
        }
    }

    @Test
    void shouldAskAllChecksForReadyAndOnlyLiveOnesForLive() {
        Health health = new Health();
        health.add("ring", Health.Kind.READY, () -> Optional.of("no table yet"));
        health.add("loops", Health.Kind.LIVE, Optional::empty);
        health.add("odd", Health.Kind.READY, () -> {
            throw new IllegalStateException("secret");
        });
        assertThat(health.results(Health.Kind.LIVE))
                .containsExactly(new Health.Result("loops", Health.Kind.LIVE, Optional.empty()));
        assertThat(health.results(Health.Kind.READY)).extracting(Health.Result::name)
                .containsExactly("loops", "odd", "ring");
        assertThat(health.results().get(1).problem()).hasValue("check failed: IllegalStateException");
        health.remove("odd");
        assertThat(health.results()).hasSize(2);
    }

    private static LoggingEvent event(LoggerContext context) {
        LoggingEvent event = new LoggingEvent("x", context.getLogger("dev.penstock.A"), Level.WARN, "Source \"lost\"",
                new IllegalStateException("boom"), new Object[0]);
        event.addKeyValuePair(new KeyValuePair(LogKeys.STREAM, "ns/<a>\n\"b\""));
        event.addKeyValuePair(new KeyValuePair(LogKeys.COUNT, 3));
        return event;
    }

    @Test
    void shouldWriteOneJsonObjectALineWhenAskedForJson() throws Exception {
        LoggerContext context = new LoggerContext();
        String line = new String(Logging.encoder(Logging.Format.JSON, context).encode(event(context)),
                StandardCharsets.UTF_8);
        assertThat(line.strip()).doesNotContain("\n");
        JsonNode json = new ObjectMapper().readTree(line);
        assertThat(json.get("message").asText()).isEqualTo("Source \"lost\"");
        assertThat(json.get("level").asText()).isEqualTo("WARN");
        assertThat(json.get("kvpList").get(0).get("stream").asText()).isEqualTo("ns/<a>\n\"b\"");
        assertThat(json.get("throwable").get("message").asText()).isEqualTo("boom");
        assertThat(json.get("timestamp").asLong()).isPositive();
    }

    @Test
    void shouldWriteAReadableLineWhenAskedForText() {
        LoggerContext context = new LoggerContext();
        assertThat(new String(Logging.encoder(Logging.Format.TEXT, context).encode(event(context)),
                StandardCharsets.UTF_8)).contains("WARN  Source \"lost\" ", "count=\"3\"", "boom");
    }

    @Test
    void shouldRefuseUnknownLevels() {
        assertThatThrownBy(() -> Logging.configure(Logging.Format.TEXT, "loud")).hasMessageContaining("level: loud")
                .hasMessageContaining("info");
    }
}
