package dev.penstock.dataplane.resource.schema;

import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;

/** Length, pattern and format of a string. Lengths are in code points. */
final class TextLimits {
    private TextLimits() {}

    static void check(String text, Schema.Limits limits, String path, List<Violation> out) {
        int length = text.codePointCount(0, text.length());
        // One at a time, like the API server: a pattern says nothing about a text that is too long.
        if (limits.maxLength() != null && length > limits.maxLength()) {
            out.add(new Violation(Violation.Kind.TOO_LONG, path, null,
                    "expected: at most " + limits.maxLength() + " characters"));
        } else if (limits.minLength() != null && length < limits.minLength()) {
            out.add(new Violation(Violation.Kind.INVALID, path, text,
                    "expected: at least " + limits.minLength() + " characters"));
        } else if (limits.pattern() != null && !limits.pattern().matcher(text).find()) {
            out.add(new Violation(Violation.Kind.INVALID, path, text,
                    "expected: to match " + limits.pattern().pattern()));
        }
        if (!formatted(text, limits.format())) {
            out.add(new Violation(Violation.Kind.INVALID, path, text, "expected: " + limits.format()));
        }
    }

    private static boolean formatted(String text, String format) {
        return switch (format) {
            case "date-time" -> isDateTime(text);
            case "byte" -> isBase64(text);
            default -> true;
        };
    }

    private static boolean isDateTime(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
