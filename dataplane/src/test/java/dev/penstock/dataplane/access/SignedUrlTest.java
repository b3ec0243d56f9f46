package dev.penstock.dataplane.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.access.SignedUrl.Fault;

import static org.assertj.core.api.Assertions.assertThat;

class SignedUrlTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final Instant NOW = Instant.ofEpochSecond(1_767_222_000);
    private static final Instant LATER = NOW.plusSeconds(3600);
    private static final String CAM = "/live/ns/cam";

    @Test
    void shouldBeWhatOpensslMakes() {
        // printf '/live/ns/cam\n1767225600\n' | openssl dgst -sha256 -hmac $KEY -binary | basenc --base64url | tr -d =
        assertThat(SignedUrl.sign(KEY, CAM, LATER, "").token())
                .isEqualTo("1767225600~cBXTfInOK3cD30wWYtdYOr78Xwu3Ny73KBA15eb4HbI");
    }

    @Test
    void shouldAdmitWhatItWasMadeFor() {
        assertThat(check(SignedUrl.sign(KEY, CAM, LATER, ""), CAM)).isEmpty();
        assertThat(check(SignedUrl.sign(KEY, CAM, LATER, "192.0.2.1"), CAM)).isEmpty();
        assertThat(check(SignedUrl.sign(KEY, CAM, LATER, "::ffff:192.0.2.1"), CAM)).isEmpty();
        assertThat(SignedUrl.sign(KEY + "\n", CAM, LATER, "").check(List.of("another key, long enough", KEY),
                List.of("/x", CAM), "::1", NOW)).isEmpty();
    }

    @Test
    void shouldRefuseAnotherStreamTimeOrAddress() {
        SignedUrl url = SignedUrl.sign(KEY, CAM, LATER, "");
        assertThat(check(url, "/live/ns/cam2")).hasValue(Fault.SIGNATURE);
        assertThat(check(url, "/live/ns")).hasValue(Fault.SIGNATURE);
        assertThat(check(new SignedUrl("1767225601", "", url.signature()), CAM)).hasValue(Fault.SIGNATURE);
        assertThat(check(new SignedUrl(url.expires(), "192.0.2.1", url.signature()), CAM)).hasValue(Fault.SIGNATURE);
        assertThat(check(SignedUrl.sign(KEY, CAM, LATER, "192.0.2.2"), CAM)).hasValue(Fault.ADDRESS);
        assertThat(check(SignedUrl.sign(KEY, CAM, LATER, "nonsense"), CAM)).hasValue(Fault.ADDRESS);
        assertThat(check(SignedUrl.sign(KEY, CAM, NOW, ""), CAM)).hasValue(Fault.EXPIRED);
        assertThat(check(new SignedUrl("+1767225600", "", url.signature()), CAM)).hasValue(Fault.FORM);
    }

    @Test
    void shouldNotUseShortKeys() {
        SignedUrl url = SignedUrl.sign("short", CAM, LATER, "");
        assertThat(url.check(List.of("short"), List.of(CAM), "192.0.2.1", NOW)).hasValue(Fault.SIGNATURE);
        SignedUrl empty = SignedUrl.sign("", CAM, LATER, "");
        assertThat(empty.check(List.of(""), List.of(CAM), "192.0.2.1", NOW)).hasValue(Fault.SIGNATURE);
        assertThat(empty.check(List.of(), List.of(CAM), "192.0.2.1", NOW)).hasValue(Fault.SIGNATURE);
    }

    @Property
    void shouldReadWhatItWrites(@ForAll @IntRange(min = 0) int seconds, @ForAll boolean bound) {
        SignedUrl url = SignedUrl.sign(KEY, CAM, Instant.ofEpochSecond(seconds), bound ? "2001:db8::1" : "");
        assertThat(SignedUrl.parse(url.token())).contains(url);
    }

    @Property
    void shouldAdmitNothingThatDiffersInOneBit(@ForAll @IntRange(min = 0, max = 62) int at,
            @ForAll @IntRange(min = 0, max = 6) int bit, @ForAll boolean bound) {
        String token = SignedUrl.sign(KEY, CAM, LATER, bound ? "192.0.2.1" : "").token();
        int place = at % token.length();
        char[] flipped = token.toCharArray();
        flipped[place] ^= (char) (1 << bit);
        Optional<SignedUrl> url = SignedUrl.parse(new String(flipped));
        assertThat(url.isEmpty() || check(url.get(), CAM).isPresent()).isTrue();
    }

    @Property
    void shouldAdmitNoOtherPath(@ForAll @StringLength(max = 20) String other) {
        String path = "/live/ns/" + other;
        assertThat(check(SignedUrl.sign(KEY, CAM, LATER, ""), path).isPresent()).isEqualTo(!path.equals(CAM));
    }

    @Property
    void shouldTakeAnyTextForATokenOrNot(@ForAll String text) {
        SignedUrl.parse(text).ifPresent(url -> assertThat(check(url, CAM)).isPresent());
    }

    private static Optional<Fault> check(SignedUrl url, String scope) {
        return url.check(List.of(KEY), List.of(scope), "192.0.2.1", NOW);
    }
}
