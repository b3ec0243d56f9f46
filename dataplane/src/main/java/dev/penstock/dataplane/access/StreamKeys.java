package dev.penstock.dataplane.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;

import org.jspecify.annotations.Nullable;

/** Compares stream keys in a time that says nothing about them. */
public final class StreamKeys {
    private StreamKeys() {}

    /**
     * Whether a key is one of the valid ones. All are compared, whichever fits.
     *
     * @param valid keys, each of them valid; blanks around them do not count, and an empty one fits nothing
     * @param offered what the publisher brought; null for nothing
     */
    public static boolean fit(Collection<String> valid, @Nullable String offered) {
        byte[] key = bytes(offered == null ? "" : offered);
        boolean fits = false;
        for (String one : valid) {
            byte[] candidate = bytes(one);
            fits |= MessageDigest.isEqual(candidate, key) & candidate.length > 0;
        }
        return fits;
    }

    private static byte[] bytes(String key) {
        return key.strip().getBytes(StandardCharsets.UTF_8);
    }
}
