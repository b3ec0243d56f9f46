package dev.penstock.dataplane.app;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.media.SourceInfo;

import static org.assertj.core.api.Assertions.assertThat;

class SourceStateTest {
    private static final SourceInfo CAMERA = new SourceInfo("rtsp", "rtsp://camera/1", 0);
    private int doubts;
    private final SourceState state = new SourceState("ns/cam", () -> Instant.EPOCH, () -> doubts++);

    @Test
    void shouldKeepWhatIsNotedOfASourceUntilTheNextTry() {
        state.connecting(CAMERA);
        state.noted(CAMERA, "audio becomes AAC: PCMA");
        state.connected(CAMERA);
        assertThat(state.note()).isEqualTo("audio becomes AAC: PCMA");
        state.failed(CAMERA, "gone", Duration.ZERO);
        state.connecting(CAMERA);
        assertThat(state.note()).isEmpty();
    }

    @Test
    void shouldDoubtTheSecretWhenTheSourceRefusesIt() {
        state.failed(CAMERA, "rtsp://camera/1 answered 404 Not Found", Duration.ZERO);
        assertThat(doubts).isZero();
        state.failed(CAMERA, "rtsp://camera/1 answered 401 Unauthorized", Duration.ZERO);
        assertThat(doubts).isEqualTo(1);
        assertThat(state.now().lastError()).contains("401");
    }
}
