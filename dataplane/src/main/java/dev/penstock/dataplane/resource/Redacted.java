package dev.penstock.dataplane.resource;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** Values as they may be shown. */
final class Redacted {
    private static final int LONGEST = 200;
    private static final Pattern CREDENTIALS = Pattern.compile("(?<=://)[^/?#@\\s]*@");
    private static final Pattern SECRET_PARAMETER = Pattern
            .compile("(?i)((?:^|[?&;,\\s-])[\\w.-]*(?:key|pass|token|secret|auth|sig|credential)[\\w.-]*=)[^&#;,\\s]*");
    /** An argument list or a header may hold anything after such a word. */
    private static final Pattern SECRET_FIELD = Pattern
            .compile("(?i).*(password|passphrase|secret|token|headers?)(\\[\\d+]|\\.[^.]*)?$");

    private Redacted() {}

    /** A scalar as text, without users, passwords and keys, at most 200 characters. */
    static String value(String field, @Nullable Object value) {
        if (value == null) {
            return "";
        }
        String text = value.toString();
        if (SECRET_FIELD.matcher(field).matches()) {
            return "not shown";
        }
        String shown = SECRET_PARAMETER.matcher(CREDENTIALS.matcher(text).replaceAll("***@")).replaceAll("$1***");
        shown = shown.strip().replaceAll("\\s+", " ");
        return shown.isEmpty() ? "\"\"" : shown.length() <= LONGEST ? shown : shown.substring(0, LONGEST) + "...";
    }
}
