package dev.penstock.dataplane.record.upload;

import java.time.Duration;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CheckpointRuleTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void shouldWaitForTheLaterOfTenSecondsAndFifteenPercent() {
        assertThat(CheckpointRule.due(0, 0, 0)).isFalse();
        assertThat(CheckpointRule.due(0, 1, 0)).isTrue();
        assertThat(CheckpointRule.due(1, 5, 9 * SECOND)).isFalse();
        assertThat(CheckpointRule.due(1, 5, 10 * SECOND)).isTrue();
        assertThat(CheckpointRule.due(100, 114, 3600 * SECOND)).isFalse();
        assertThat(CheckpointRule.due(100, 115, 3600 * SECOND)).isTrue();
        assertThat(CheckpointRule.due(100, 100, 3600 * SECOND)).isFalse();
    }

    @Test
    void shouldWriteAboutEightTimesTheLastPlaylistInFortyEightHours() {
        long written = 0;
        int rewrites = 0;
        int listed = 0;
        long since = 0;
        int segments = 48 * 1800;
        for (int now = 1; now <= segments; now++) {
            since += 2 * SECOND;
            if (CheckpointRule.due(listed, now, since)) {
                listed = now;
                since = 0;
                written += now;
                rewrites++;
            }
        }
        assertThat(rewrites).isLessThan(70);
        assertThat(written).isLessThan(8L * segments);
    }

    @Test
    void shouldSpreadRetriesBetweenHalfAndWhole() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));
        Random random = new Random(1);
        for (int failures = 1; failures < 200; failures++) {
            long whole = Math.min(60, failures > 6 ? 60 : 1L << (failures - 1)) * SECOND;
            assertThat(backoff.nanos(failures, random)).isBetween(whole / 2, whole);
        }
    }
}
