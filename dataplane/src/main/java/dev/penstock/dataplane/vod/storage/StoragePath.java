package dev.penstock.dataplane.vod.storage;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Paths of files in URLs: base64url of UTF-8, without padding (RFC 4648 section 5), so that each file has one spelling. */
public final class StoragePath {
    /** Longest path in bytes. */
    public static final int MOST_BYTES = 1024;

    private StoragePath() {}

    /**
     * The path that a key of a URL stands for.
     *
     * @return empty when it is not in that alphabet and form, or no path below a root: empty, absolute, with {@code .}, {@code ..} or empty
     *     parts, or with control characters
     */
    public static Optional<String> decode(String key) {
        if (key.isEmpty() || key.length() > (MOST_BYTES * 4 + 2) / 3
                || !key.chars().allMatch(StoragePath::isAlphabet)) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(key);
            String path = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return encode(path).equals(key) && isPath(path) ? Optional.of(path) : Optional.empty();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The key of a path. */
    public static String encode(String path) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(path.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isAlphabet(int c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    private static boolean isPath(String path) {
        return path.chars().noneMatch(c -> c < 0x20 || c == 0x7F || c == '\\') && Arrays
                .stream(path.split("/", -1)).noneMatch(p -> p.isEmpty() || p.equals(".") || p.equals(".."));
    }
}
