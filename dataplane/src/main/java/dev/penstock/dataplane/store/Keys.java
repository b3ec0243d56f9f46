package dev.penstock.dataplane.store;

import java.util.regex.Pattern;

import dev.penstock.dataplane.store.StoreException.Kind;

/** Keys that every store takes alike. */
public final class Keys {
    /** Longest key in characters. */
    public static final int MAX_LENGTH = 900;

    private static final Pattern PART = Pattern.compile("[A-Za-z0-9._+=@~-]{1,255}");

    private Keys() {}

    /**
     * Checks a key: 1 to {@value #MAX_LENGTH} characters, parts of {@code [A-Za-z0-9._+=@~-]{1,255}} joined by single
     * slashes, no part {@code .} or {@code ..}.
     *
     * @return the key
     * @throws StoreException {@link Kind#INVALID}
     */
    public static String check(String key) throws StoreException {
        if (key.isEmpty() || key.length() > MAX_LENGTH) {
            throw invalid(key, "1 to " + MAX_LENGTH + " characters");
        }
        for (String part : key.split("/", -1)) {
            if (part.equals(".") || part.equals("..") || !PART.matcher(part).matches()) {
                throw invalid(key, "parts of letters, digits and ._+=@~- between single slashes, none of them . or ..");
            }
        }
        return key;
    }

    /**
     * Checks the prefix of a listing: empty, a key, or a key and a slash.
     *
     * @return the prefix
     * @throws StoreException {@link Kind#INVALID}
     */
    public static String checkPrefix(String prefix) throws StoreException {
        if (!prefix.isEmpty()) {
            check(prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix);
        }
        return prefix;
    }

    private static StoreException invalid(String key, String expected) {
        String shown = key.length() > 80 ? key.substring(0, 80) + "..." : key;
        return new StoreException(Kind.INVALID,
                "key: " + shown.replaceAll("\\p{Cntrl}", "?") + " (expected: " + expected + ")",
                null);
    }
}
