package dev.penstock.dataplane.access;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OriginsTest {
    @Test
    void shouldCompareSchemeHostAndPort() {
        Origins some = Origins.of(List.of("https://TV.example.org/", "http://a.example:8080"));
        assertThat(some.allow("https://tv.example.org")).isTrue();
        assertThat(some.allow("https://tv.example.org:443")).isTrue();
        assertThat(some.allow("http://a.example:8080")).isTrue();
        assertThat(some.allow("http://tv.example.org")).isFalse();
        assertThat(some.allow("https://tv.example.org.evil.example")).isFalse();
        assertThat(some.allow("https://x.tv.example.org")).isFalse();
        assertThat(some.allow("http://a.example")).isFalse();
        assertThat(some.allow("null")).isFalse();
        assertThat(some.allow("\\ not a url")).isFalse();
        assertThat(some.allow(null)).isFalse();
        assertThat(Origins.ANY.allow("http://anybody")).isTrue();
    }
}
