package dev.penstock.api;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of durations: numbers with a unit (h, m, s, ms), added up; {@code 2s}, {@code 500ms}, {@code 1h30m}. */
public final class Durations {
    private static final Pattern WHOLE = Pattern.compile(Patterns.DURATION);
    private static final Pattern TERM = Pattern.compile("([0-9.]+)(h|ms|m|s)");
    private static final int MAX_LENGTH = 32;

    private Durations() {}

    /**
     * The duration that a text says, exact to the nanosecond.
     *
     * @throws IllegalArgumentException if the text is not of the form that the schema asks for; the message names the text
     */
    public static Duration parse(String text) {
        if (text.length() > MAX_LENGTH || !WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException(text + " (expected: a duration such as 500ms, 2s or 1h30m)");
        }
        Duration sum = Duration.ZERO;
        Matcher term = TERM.matcher(text);
        while (term.find()) {
            long nanos = new BigDecimal(term.group(1)).multiply(BigDecimal.valueOf(nanosPer(term.group(2))))
                    .longValueExact();
            sum = sum.plusNanos(nanos);
        }
        return sum;
    }

    /**
     * The shortest text of a duration, from hours down to milliseconds; what is finer is cut off.
     *
     * @param duration not negative
     */
    public static String format(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(duration + " (expected: a duration that is not negative)");
        }
        StringBuilder text = new StringBuilder();
        append(text, duration.toHours(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount != 0) {
            text.append(amount).append(unit);
        }
    }

    private static long nanosPer(String unit) {
        return switch (unit) {
            case "h" -> 3_600_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "s" -> 1_000_000_000L;
            default -> 1_000_000L;
        };
    }
}
