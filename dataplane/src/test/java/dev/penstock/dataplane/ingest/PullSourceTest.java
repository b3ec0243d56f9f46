package dev.penstock.dataplane.ingest;

import java.time.Duration;
import java.util.List;
import java.util.Random;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.DefaultEventLoop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PullSourceTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "gopher://u:secret@cam/1|source.pull.urls[1].url: gopher://cam/1 is not served yet (expected: http, https, rtmp, rtmps, rtsp, rtsps, srt, tcp, udp, file, unix, or a command)",
            "srt://h:9000?passphrase=secret|source.pull.urls[1].url: srt://h:9000: passphrase is not known (expected: streamid, latency or mode)",
            "srt://h:9000?mode=listener|source.pull.urls[1].url: srt://h:9000: mode=listener is not served (expected: caller)",
            "srt://h:9000?latency=200000|source.pull.urls[1].url: srt://h:9000: latency=200000 (expected: milliseconds, 20 to 30000)",
            "srt://h|source.pull.urls[1].url: srt://h has no port (expected: srt://host:port)",
            "udp://239.1.1.1|source.pull.urls[1].url: udp://239.1.1.1 has no port (expected: udp://host:port)",
            "file:rel.ts|source.pull.urls[1].url: file://rel.ts has no absolute path (expected: file:///path)",
            "tcp://h:99999|source.pull.urls[1].url: port 99999 (expected: 1 to 65535)"})
    void shouldRefuseWhatCanNeverWork(String url, String message) {
        assertThatThrownBy(() -> pull(PullConfig.Source.url("tcp://h:1"), PullConfig.Source.url(url)))
                .isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void shouldRefuseASourceThatIsNothing() {
        assertThatThrownBy(() -> pull(PullConfig.Source.program()))
                .hasMessage("source.pull.urls[0]: neither url nor command (expected: one of them)");
        assertThatThrownBy(() -> pull()).hasMessage("source.pull.urls: empty (expected: at least one)");
    }

    private static PullSource pull(PullConfig.Source... sources) {
        PullConfig config = new PullConfig(List.of(sources), PullConfig.Order.PRIORITY, Duration.ofSeconds(1),
                Duration.ofSeconds(1));
        return new PullSource(config, new DefaultEventLoop(), new RecordingSink(), new SourceListener() {},
                new PullContext(new IngestMetrics(new SimpleMeterRegistry()), IngestLimits.DEFAULTS,
                        ConnectGate.usual(new Random(1)), new Random(1)));
    }
}
