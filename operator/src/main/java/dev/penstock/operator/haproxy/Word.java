package dev.penstock.operator.haproxy;

import java.util.regex.Pattern;

/** A word of a configuration line: what comes from a resource must not be able to add a directive. */
final class Word {
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._~:/@*\\[\\]-]+");

    private Word() {}

    static void check(String field, String value) {
        if (!WORD.matcher(value).matches()) {
            throw new IllegalArgumentException(field + ": '" + value + "' (expected: letters, digits and ._~:/@*[]-)");
        }
    }
}
