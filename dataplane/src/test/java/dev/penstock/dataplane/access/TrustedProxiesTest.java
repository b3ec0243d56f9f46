package dev.penstock.dataplane.access;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TrustedProxiesTest {
    private static final List<String> CLIENT = List.of("203.0.113.9");

    @Test
    void shouldBelieveOnlyWhoIsListed() {
        TrustedProxies some = TrustedProxies.parse("10.0.0.0/9, 192.0.2.7,2001:db8::/33");
        assertThat(some.client("10.127.255.255", CLIENT)).isEqualTo("203.0.113.9");
        assertThat(some.client("::ffff:10.0.0.1", CLIENT)).isEqualTo("203.0.113.9");
        assertThat(some.client("10.128.0.0", CLIENT)).isEqualTo("10.128.0.0");
        assertThat(some.client("192.0.2.7", CLIENT)).isEqualTo("203.0.113.9");
        assertThat(some.client("192.0.2.6", CLIENT)).isEqualTo("192.0.2.6");
        assertThat(some.client("2001:db8:7fff::1", CLIENT)).isEqualTo("203.0.113.9");
        assertThat(some.client("2001:db8:8000::1", CLIENT)).isEqualTo("2001:db8:8000::1");
        assertThat(some.client("embedded", CLIENT)).isEqualTo("embedded");
    }

    @Test
    void shouldTakeTheLastAddressOnly() {
        TrustedProxies some = TrustedProxies.parse("private");
        assertThat(some.client("10.0.0.1", List.of("6.6.6.6, 203.0.113.9"))).isEqualTo("203.0.113.9");
        assertThat(some.client("10.0.0.1", List.of("6.6.6.6", "7.7.7.7,203.0.113.9"))).isEqualTo("203.0.113.9");
        assertThat(some.client("10.0.0.1", List.of("203.0.113.9, unknown"))).isEqualTo("10.0.0.1");
        assertThat(some.client("10.0.0.1", List.of(""))).isEqualTo("10.0.0.1");
        assertThat(some.client("8.8.8.8", CLIENT)).isEqualTo("8.8.8.8");
    }

    @Test
    void shouldBelieveNobodyByDefault() {
        assertThat(TrustedProxies.parse("none").isEmpty()).isTrue();
        assertThat(TrustedProxies.NONE.client("127.0.0.1", CLIENT)).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "host", "::/129", "10.0.0.0/-1", "private,,"})
    void shouldSayWhatIsWrong(String text) {
        assertThatThrownBy(() -> TrustedProxies.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: none, private, an address or a network such as 10.0.0.0/8)");
    }
}
