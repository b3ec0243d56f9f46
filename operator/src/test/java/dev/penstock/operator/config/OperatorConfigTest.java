package dev.penstock.operator.config;

import java.time.Duration;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.penstock.operator.config.OperatorConfig.LeaderElection;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OperatorConfigTest {
    @Test
    void shouldNameWhatIsWrongAndWhatIsExpected() {
        assertThatThrownBy(() -> config(" ", 9090)).hasMessage("image: '' (expected: a value)");
        assertThatThrownBy(() -> config("image", 70_000)).hasMessage("admin: 70000 (expected: 0 to 65535)");
        assertThatThrownBy(() -> new LeaderElection(true, "lease", "", Duration.ofSeconds(15), "me"))
                .hasMessage("lease-namespace: '' (expected: a value)");
        assertThatThrownBy(() -> new LeaderElection(true, "lease", "here", Duration.ofMillis(10), "me"))
                .hasMessage("lease-duration: PT0.01S (expected: at least 1 s)");
    }

    private static OperatorConfig config(String image, int adminPort) {
        return new OperatorConfig(Set.of(), image, "cluster.local", adminPort, LeaderElection.NONE);
    }
}
