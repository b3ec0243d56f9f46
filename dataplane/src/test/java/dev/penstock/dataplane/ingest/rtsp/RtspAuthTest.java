package dev.penstock.dataplane.ingest.rtsp;

import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RtspAuthTest {
    private final RtspAuth auth = new RtspAuth("Mufasa", "Circle Of Life", new Random(1));

    @Test
    void shouldSayNothingBeforeItIsAsked() {
        assertThat(auth.header("DESCRIBE", "rtsp://a/b")).isEmpty();
    }

    @Test
    void shouldTakeTheStrongest() {
        assertThat(auth.challenged(List.of("Basic realm=\"r\"", "Digest realm=\"r\", nonce=\"n\"",
                "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256", "Negotiate"))).isTrue();
        assertThat(auth.header("DESCRIBE", "rtsp://a/b").orElseThrow()).contains("algorithm=SHA-256");
    }

    /** RFC 2617 3.5, with the client's nonce as it comes. */
    @Test
    void shouldCountWithQop() throws Exception {
        auth.challenged(List.of("Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", "
                + "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""));
        String header = auth.header("GET", "/dir/index.html").orElseThrow();
        String client = header.replaceAll(".*cnonce=\"([^\"]+)\".*", "$1");
        assertThat(header).contains("nc=00000001", "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"").contains("response=\""
                + md5("939e7578ed9e3c518a452acee763bce9:dcd98b7102dd2f0e8b11d0f600bfb0c093:00000001:" + client
                        + ":auth:39aff3a2bab6126f332b942af96d3366")
                + "\"");
        assertThat(auth.header("GET", "/dir/index.html").orElseThrow()).contains("nc=00000002");
    }

    /** RFC 2069, as most cameras ask. */
    @Test
    void shouldProveWithoutQop() throws Exception {
        auth.challenged(List.of("Digest realm=\"testrealm@host.com\",nonce=\"abc\""));
        assertThat(auth.header("GET", "/dir/index.html").orElseThrow()).contains("response=\""
                + md5("939e7578ed9e3c518a452acee763bce9:abc:39aff3a2bab6126f332b942af96d3366") + "\"");
    }

    @Test
    void shouldNotTryAgainWithTheSamePassword() {
        assertThat(auth.challenged(List.of("Digest realm=\"r\", nonce=\"1\""))).isTrue();
        assertThat(auth.challenged(List.of("Digest realm=\"r\", nonce=\"2\""))).isFalse();
        assertThat(auth.challenged(List.of("Digest realm=\"r\", nonce=\"3\", stale=TRUE"))).isTrue();
        assertThat(new RtspAuth("a", "b", RandomGenerator.getDefault()).challenged(List.of("NTLM", ""))).isFalse();
    }

    private static String md5(String text) throws java.security.NoSuchAlgorithmException {
        return java.util.HexFormat.of().formatHex(java.security.MessageDigest.getInstance("MD5")
                .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
}
