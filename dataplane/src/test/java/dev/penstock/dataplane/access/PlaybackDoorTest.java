package dev.penstock.dataplane.access;

import java.io.IOException;
import java.net.URI;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.access.PlaybackVerdict.Admitted;
import dev.penstock.dataplane.access.PlaybackVerdict.Refused;

import static org.assertj.core.api.Assertions.assertThat;

class PlaybackDoorTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final URI KEYS = URI.create("https://id.example/keys");
    private static final String SIGNING = "a key of more than sixteen bytes";
    private static RSAKey rsa;
    private static ECKey ec;

    private final AtomicInteger fetches = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private volatile List<JWK> served = List.of();
    private volatile Instant now = NOW;
    private volatile KeySetFetcher fetcher = url -> new JWKSet(served).toString(true);
    private final PlaybackDoor door = new PlaybackDoor(url -> {
        fetches.incrementAndGet();
        return fetcher.fetch(url);
    }, () -> now, nanos::get, new AccessMetrics(new SimpleMeterRegistry()));

    @BeforeAll
    static void makeKeys() throws Exception {
        rsa = new RSAKeyGenerator(2048).keyID("r1").generate();
        ec = new ECKeyGenerator(Curve.P_256).keyID("e1").generate();
    }

    @Test
    void shouldBeOpenWithoutAnyWay() {
        assertThat(ask(PlaybackRules.OPEN, request(null, null, null))).isEqualTo(Admitted.OPEN);
    }

    @Test
    void shouldSayWhatItNeeds() {
        PlaybackRules rules = new PlaybackRules(List.of(SIGNING), null, Map.of("u", "p"), List.of("t"), Origins.ANY);
        assertThat(ask(rules, request(null, null, null))).isEqualTo(new Refused(401,
                "stream ns/cam: needs a signed URL, or user and password, or a bearer token (spec.access)",
                List.of("Basic realm=\"ns/cam\", charset=\"UTF-8\"", "Bearer realm=\"ns/cam\"")));
        PlaybackRules signed = new PlaybackRules(List.of(SIGNING), null, null, null, Origins.ANY);
        assertThat(ask(signed, request(null, null, null))).isEqualTo(
                new Refused(403, "stream ns/cam: needs a signed URL (spec.access)", List.of()));
    }

    @Test
    void shouldAdmitBySignedUrlForStreamFileOrNamespace() {
        PlaybackRules rules = new PlaybackRules(List.of(SIGNING), null, null, null, Origins.ANY);
        Instant later = NOW.plusSeconds(60);
        for (String scope : List.of("/live/ns/cam", "/live/ns", "/live/ns/cam/index.m3u8")) {
            assertThat(ask(rules, request(SignedUrl.sign(SIGNING, scope, later, ""), null, null)))
                    .isEqualTo(Admitted.BY_URL);
        }
        for (String scope : List.of("/live/ns/other", "/live/n", "/live", "/live/ns/cam/stream.ts", "", "/")) {
            assertThat(ask(rules, request(SignedUrl.sign(SIGNING, scope, later, ""), null, null))).isEqualTo(
                    new Refused(403, "stream ns/cam: signed URL: the signature does not fit (spec.access)",
                            List.of()));
        }
    }

    @Test
    void shouldAdmitUsersAndBearers() {
        PlaybackRules rules = new PlaybackRules(null, null, Map.of("anna", "s3cret:x"), List.of("tok"), Origins.ANY);
        assertThat(ask(rules, request(null, null, basic("anna:s3cret:x")))).isEqualTo(Admitted.BY_HEADER);
        assertThat(ask(rules, request(null, null, "Bearer tok"))).isEqualTo(Admitted.BY_HEADER);
        assertThat(ask(rules, request(null, "tok", null))).isEqualTo(Admitted.BY_URL);
        for (String wrong : List.of("anna:", "anna:s3cret", ":s3cret:x", "eve:-", "-:-", "", "anna")) {
            assertThat(ask(rules, request(null, null, basic(wrong)))).isInstanceOf(Refused.class);
        }
        assertThat(ask(rules, request(null, null, "Basic %%%"))).isInstanceOf(Refused.class);
        assertThat(((Refused) ask(rules, request(null, null, "Bearer nope"))).challenges())
                .contains("Bearer realm=\"ns/cam\", error=\"invalid_token\"");
    }

    @Test
    void shouldAdmitNobodyWhenASecretIsMissing() {
        PlaybackRules rules = new PlaybackRules(List.of(), null, Map.of(), List.of(), Origins.ANY);
        assertThat(ask(rules, request(null, "", basic(":")))).isInstanceOf(Refused.class);
        assertThat(ask(rules, request(SignedUrl.sign("", "/live/ns/cam", NOW.plusSeconds(9), ""), null, "Bearer ")))
                .isInstanceOf(Refused.class);
    }

    @Test
    void shouldCheckTokensWithPublicKeys() throws Exception {
        KeyPair edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        served = List.of(rsa.toPublicJWK(), ec.toPublicJWK(), okp(edwards, "d1"));
        JWTClaimsSet good = claims().build();
        SignedJWT byRsa = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("r1").build(), good);
        byRsa.sign(new RSASSASigner(rsa));
        SignedJWT byEc = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("e1").build(), good);
        byEc.sign(new ECDSASigner(ec));
        assertThat(jwt(byRsa.serialize())).isEqualTo(Admitted.BY_HEADER);
        assertThat(jwt(byEc.serialize())).isEqualTo(Admitted.BY_HEADER);
        assertThat(jwt(edwards(edwards, good))).isEqualTo(Admitted.BY_HEADER);
        assertThat(fetches).hasValue(1);
        for (String token : List.of(byRsa.serialize(), byEc.serialize(), edwards(edwards, good))) {
            String[] parts = token.split("\\.");
            byte[] signature = Base64.getUrlDecoder().decode(parts[2]);
            signature[signature.length / 2] ^= 1;
            assertThat(jwt(parts[0] + "." + parts[1] + "."
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(signature))).isInstanceOf(Refused.class);
        }
    }

    @Test
    void shouldRefuseTokensOfOthersAndWithoutAKey() throws Exception {
        served = List.of(rsa.toPublicJWK());
        assertThat(jwt(signed(claims().issuer("https://evil.example").build()))).isInstanceOf(Refused.class);
        assertThat(jwt(signed(claims().audience("radio").build()))).isInstanceOf(Refused.class);
        assertThat(jwt(signed(claims().expirationTime(null).build()))).isInstanceOf(Refused.class);
        assertThat(jwt(signed(claims().expirationTime(Date.from(NOW.minusSeconds(31))).build())))
                .isEqualTo(new Refused(401, "stream ns/cam: token: expired, or not valid yet (spec.access)",
                        List.of("Bearer realm=\"ns/cam\", error=\"invalid_token\"")));
        assertThat(jwt(signed(claims().notBeforeTime(Date.from(NOW.plusSeconds(31))).build())))
                .isInstanceOf(Refused.class);
        assertThat(jwt(new PlainJWT(claims().build()).serialize())).isInstanceOf(Refused.class);
        SignedJWT confused = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("r1").build(),
                claims().build());
        confused.sign(new MACSigner(rsa.toRSAPublicKey().getEncoded()));
        assertThat(jwt(confused.serialize())).isInstanceOf(Refused.class);
        RSAKey other = new RSAKeyGenerator(2048).keyID("r1").generate();
        SignedJWT forged = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("r1").jwk(other.toPublicJWK()).build(),
                claims().build());
        forged.sign(new RSASSASigner(other));
        assertThat(jwt(forged.serialize())).isInstanceOf(Refused.class);
        for (String text : List.of("", ".", "..", "a.b.c", "eyJhbGciOiJub25lIn0..", "x".repeat(9000))) {
            assertThat(jwt(text)).isInstanceOf(Refused.class);
        }
    }

    @Test
    void shouldKeepATokenToItsPaths() throws Exception {
        served = List.of(rsa.toPublicJWK());
        assertThat(jwt(signed(claims().claim("path", "/live/ns/cam").build()))).isEqualTo(Admitted.BY_HEADER);
        assertThat(jwt(signed(claims().claim("path", List.of("/x", "/live/ns/")).build())))
                .isEqualTo(Admitted.BY_HEADER);
        for (Object path : List.of("/live/ns/ca", "", List.of(), "/live/ns/cam2", 7)) {
            String token = signed(claims().claim("path", path).build());
            assertThat(jwt(token)).as(path.toString()).isInstanceOf(Refused.class);
            assertThat(jwt(token)).as("again, remembered").isInstanceOf(Refused.class);
        }
    }

    @Test
    void shouldRememberATokenForAMinuteAtMost() throws Exception {
        served = List.of(rsa.toPublicJWK());
        String token = signed(claims().build());
        assertThat(jwt(token)).isEqualTo(Admitted.BY_HEADER);
        served = List.of();
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(6));
        now = NOW.plusSeconds(59);
        assertThat(door.ask(rules(), request(null, null, "Bearer " + token), verdict -> {}))
                .contains(Admitted.BY_HEADER);
        now = NOW.plusSeconds(61);
        assertThat(jwt(token)).isInstanceOf(Refused.class);
    }

    @Test
    void shouldFetchAgainForAnUnknownKeyButNotForEach() throws Exception {
        served = List.of(ec.toPublicJWK());
        String token = signed(claims().build());
        assertThat(jwt(token)).isInstanceOf(Refused.class);
        served = List.of(rsa.toPublicJWK());
        assertThat(jwt(token)).isInstanceOf(Refused.class);
        assertThat(fetches).hasValue(1);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(11));
        assertThat(jwt(token)).isEqualTo(Admitted.BY_HEADER);
        assertThat(fetches).hasValue(2);
    }

    @Test
    void shouldUseOldKeysWhileTheServerFailsAndSayWhenThereAreNone() throws Exception {
        fetcher = url -> {
            throw new IOException("down");
        };
        assertThat(jwt(signed(claims().build()))).isEqualTo(new Refused(503,
                "stream ns/cam: the keys of tokens cannot be had now; try again", List.of()));
        fetcher = url -> new JWKSet(rsa.toPublicJWK()).toString(true);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(11));
        assertThat(jwt(signed(claims().build()))).isEqualTo(Admitted.BY_HEADER);
        fetcher = url -> "{}";
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(30));
        assertThat(jwt(signed(claims().subject("b").build()))).isEqualTo(Admitted.BY_HEADER);
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(36));
        assertThat(jwt(signed(claims().subject("c").build()))).isInstanceOf(Refused.class);
    }

    @Test
    void shouldNotWaitForAServerThatHangsWhenOthersAsk() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        fetcher = url -> {
            if (url.equals(KEYS)) {
                asked.countDown();
                hangs.await();
            }
            return new JWKSet(rsa.toPublicJWK()).toString(true);
        };
        String token = signed(claims().build());
        CompletableFuture<PlaybackVerdict> waits = new CompletableFuture<>();
        assertThat(door.ask(rules(), request(null, null, "Bearer " + token), waits::complete)).isEmpty();
        assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
        PlaybackRules others = new PlaybackRules(null,
                new JwtRules(URI.create("https://other.example"), null, null), null, null, Origins.ANY);
        assertThat(ask(others, request(null, null, "Bearer " + token))).isEqualTo(Admitted.BY_HEADER);
        assertThat(waits).isNotDone();
        hangs.countDown();
        assertThat(waits.get(5, TimeUnit.SECONDS)).isEqualTo(Admitted.BY_HEADER);
    }

    private PlaybackVerdict jwt(String token) {
        return ask(rules(), request(null, null, "Bearer " + token));
    }

    private static PlaybackRules rules() {
        return new PlaybackRules(null, new JwtRules(KEYS, "https://id.example", "tv"), null, null, Origins.ANY);
    }

    private PlaybackVerdict ask(PlaybackRules rules, PlaybackRequest request) {
        CompletableFuture<PlaybackVerdict> later = new CompletableFuture<>();
        Optional<PlaybackVerdict> now = door.ask(rules, request, later::complete);
        return now.orElseGet(() -> later.orTimeout(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS).join());
    }

    private static PlaybackRequest request(SignedUrl signed, String token, String authorization) {
        return new PlaybackRequest("ns", "cam", "index.m3u8", "192.0.2.1", signed, token, authorization);
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().issuer("https://id.example").audience(List.of("radio", "tv"))
                .expirationTime(Date.from(NOW.plusSeconds(3600)));
    }

    private static String signed(JWTClaimsSet claims) throws Exception {
        SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("r1").build(), claims);
        jwt.sign(new RSASSASigner(rsa));
        return jwt.serialize();
    }

    private static JWK okp(KeyPair pair, String id) {
        EdECPublicKey key = (EdECPublicKey) pair.getPublic();
        byte[] encoded = key.getEncoded();
        byte[] x = java.util.Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).keyID(id).build();
    }

    private static String edwards(KeyPair pair, JWTClaimsSet claims) throws Exception {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.EdDSA).keyID("d1").build();
        String input = header.toBase64URL() + "." + Base64URL.encode(claims.toString());
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(input.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return input + "." + Base64URL.encode(signature.sign());
    }
}
