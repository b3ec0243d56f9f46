package dev.penstock.dataplane.store.layout;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SessionIdTest {
    @Test
    void shouldTellItsStart() {
        Instant start = Instant.parse("2026-11-21T11:55:05.700Z");
        SessionId id = SessionId.create(InstantSource.fixed(start), new Random(7));
        assertThat(id.value()).matches("20261121t115505z-[0-9a-z]{6}");
        assertThat(id.start()).isEqualTo(Instant.parse("2026-11-21T11:55:05Z"));
        assertThat(SessionId.parse(id.value())).contains(id);
    }

    @Test
    void shouldDifferWhenStartedInTheSameSecond() {
        InstantSource clock = InstantSource.fixed(Instant.EPOCH);
        Random random = new Random(7);
        assertThat(SessionId.create(clock, random)).isNotEqualTo(SessionId.create(clock, random));
    }
}
