package dev.penstock.dataplane.ingest.input;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SourceUrlTest {
    @ParameterizedTest
    @CsvSource({"http://user:secret@h.example/live.ts?token=secret&x=1,http://h.example/live.ts",
            "HTTPS://h:8443/,https://h:8443", "udp://@239.1.1.1:5000?iface=lo,udp://239.1.1.1:5000",
            "udp://[ff02::1]:5000,udp://[ff02::1]:5000", "tcp://us%40er:pa%3Ass@h:1,tcp://h:1",
            "file:///a%20b.ts?key=secret,file:///a b.ts", "file:/a.ts,file:///a.ts",
            "unix:///run/x.sock,unix:///run/x.sock"})
    void shouldShowNoSecrets(String url, String shown) {
        assertThat(SourceUrl.parse(url).remote()).isEqualTo(shown);
        assertThat(SourceUrl.parse(url).toString()).doesNotContain("secret");
    }

    @Test
    void shouldTellTheSameServerFromAnother() {
        SourceUrl url = SourceUrl.parse("https://a/1?k=v");
        assertThat(url.connectPort()).isEqualTo(443);
        assertThat(SourceUrl.parse("https://a:443/2").isSameServer(url)).isTrue();
        assertThat(SourceUrl.parse("https://a:444/1").isSameServer(url)).isFalse();
        assertThat(SourceUrl.parse("http://a:443/1").isSameServer(url)).isFalse();
        assertThat(SourceUrl.parse("https://b/1").isSameServer(url)).isFalse();
        assertThat(SourceUrl.parse("rtsp://[::1]/1").authority()).isEqualTo("[::1]");
        assertThat(SourceUrl.parse("rtsp://[::1]:8554/1").authority()).isEqualTo("[::1]:8554");
    }

    @Test
    void shouldTakeAUrlApart() {
        SourceUrl url = SourceUrl.parse("http://us%40er:pa%3Ass@h:81/a%20b?iface=e%31&flag");

        assertThat(url.host()).isEqualTo("h");
        assertThat(url.port()).isEqualTo(81);
        assertThat(url.path()).isEqualTo("/a%20b");
        assertThat(url.query()).containsExactly(java.util.Map.entry("iface", "e1"));
        assertThat(url.userInfo()).contains("us@er:pa:ss");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-scheme", "http://h:0/", "http://h:70000/", "http://h:x/", "http://us er:secret@h/",
            "/secret path"})
    void shouldRefuseWhatIsNoUrlWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> SourceUrl.parse(url)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected").hasMessageNotContaining("secret");
    }
}
