package dev.penstock.dataplane.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A permit to play that stands in a URL: HMAC-SHA256 (RFC 2104) over a path, an expiry and perhaps an address, one to a line, each
 * line but the last with its end: {@code /live/ns/name LF 1767225600 LF}. Text: {@code expiry~signature} or
 * {@code expiry~address~signature}, the signature in base64url without padding.
 *
 * @param expires seconds since 1970, as written
 * @param address the only address that may use it; empty for any
 * @param signature as written
 */
public record SignedUrl(String expires, String address, String signature) {
    /** Keys with fewer bytes are not used: they could be guessed. */
    public static final int LEAST_KEY_BYTES = 16;
    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern TOKEN = Pattern
            .compile("(0|[1-9][0-9]{0,10})~(?:([0-9a-fA-F:.]{2,45})~)?([A-Za-z0-9_-]{43})");
    private static final Pattern EXPIRY = Pattern.compile("0|[1-9][0-9]{0,10}");

    /** What is wrong with one. */
    public enum Fault {
        /** It is none: the expiry, the address or the signature has another form. */
        FORM,
        /** No key makes this signature for this stream. */
        SIGNATURE,
        /** Its time is over. */
        EXPIRED,
        /** It is for another address. */
        ADDRESS
    }

    /** Reads its text; nothing when the text is something else. */
    public static Optional<SignedUrl> parse(String token) {
        Matcher parts = TOKEN.matcher(token);
        return parts.matches()
                ? Optional.of(new SignedUrl(parts.group(1), parts.group(2) == null ? "" : parts.group(2),
                        parts.group(3)))
                : Optional.empty();
    }

    /**
     * Makes one.
     *
     * @param key the key; blanks around it do not count
     * @param scope path that it opens, such as {@code /live/ns/name}, with all below
     * @param address the only address that may use it; empty for any
     */
    public static SignedUrl sign(String key, String scope, Instant expires, String address) {
        String seconds = Long.toString(expires.getEpochSecond());
        return new SignedUrl(seconds, address, mac(key, scope, seconds, address));
    }

    /** The form in which it stands in a path, behind a tilde. */
    public String token() {
        return expires + "~" + (address.isEmpty() ? "" : address + "~") + signature;
    }

    /**
     * Says whether it is good.
     *
     * @param keys each of them valid
     * @param scopes paths that open what is asked for
     * @param client address of who asks
     * @return what is wrong with it; nothing when it admits
     */
    public Optional<Fault> check(Collection<String> keys, List<String> scopes, String client, Instant now) {
        if (!EXPIRY.matcher(expires).matches()) {
            return Optional.of(Fault.FORM);
        }
        byte[] offered = signature.getBytes(StandardCharsets.US_ASCII);
        boolean fits = false;
        for (String key : keys) {
            for (String scope : scopes) {
                byte[] right = mac(key, scope, expires, address).getBytes(StandardCharsets.US_ASCII);
                fits |= usable(key) & MessageDigest.isEqual(right, offered);
            }
        }
        if (!fits) {
            return Optional.of(Fault.SIGNATURE);
        }
        if (Long.parseLong(expires) <= now.getEpochSecond()) {
            return Optional.of(Fault.EXPIRED);
        }
        boolean elsewhere = !address.isEmpty()
                && !MessageDigest.isEqual(TrustedProxies.bytes(address), TrustedProxies.bytes(client));
        return elsewhere || (!address.isEmpty() && TrustedProxies.bytes(address).length == 0)
                ? Optional.of(Fault.ADDRESS)
                : Optional.empty();
    }

    /** Whether a key is long enough to be one. */
    public static boolean usable(String key) {
        return key.strip().getBytes(StandardCharsets.UTF_8).length >= LEAST_KEY_BYTES;
    }

    private static String mac(String key, String scope, String expires, String address) {
        byte[] secret = key.strip().getBytes(StandardCharsets.UTF_8);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.length == 0 ? new byte[1] : secret, ALGORITHM));
            byte[] sum = mac.doFinal((scope + "\n" + expires + "\n" + address).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(sum);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        // Never a token in a log or a message.
        return "SignedUrl[expires=" + expires + "]";
    }
}
