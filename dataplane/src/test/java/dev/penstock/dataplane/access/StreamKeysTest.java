package dev.penstock.dataplane.access;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StreamKeysTest {
    @Test
    void shouldTakeEachOfSeveralKeys() {
        List<String> keys = List.of("old", "new\n");
        assertThat(StreamKeys.fit(keys, "old")).isTrue();
        assertThat(StreamKeys.fit(keys, "new")).isTrue();
        assertThat(StreamKeys.fit(keys, "ne")).isFalse();
        assertThat(StreamKeys.fit(keys, "newer")).isFalse();
        assertThat(StreamKeys.fit(keys, "OLD")).isFalse();
        assertThat(StreamKeys.fit(List.of("schlüssel"), "schlüssel")).isTrue();
    }

    @Test
    void shouldTakeNothingForAKey() {
        assertThat(StreamKeys.fit(List.of(), "old")).isFalse();
        assertThat(StreamKeys.fit(List.of(), null)).isFalse();
        assertThat(StreamKeys.fit(List.of("", " \n"), "")).isFalse();
        assertThat(StreamKeys.fit(List.of("", " \n"), null)).isFalse();
        assertThat(StreamKeys.fit(List.of("old"), null)).isFalse();
    }
}
