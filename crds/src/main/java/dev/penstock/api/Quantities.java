package dev.penstock.api;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of sizes (bytes) and rates (bit/s), as Kubernetes writes quantities: {@code 10Gi}, {@code 2500k}. */
public final class Quantities {
    private static final Pattern WHOLE = Pattern.compile(Patterns.QUANTITY);
    private static final Pattern PARTS = Pattern.compile("([0-9.]+)([A-Za-z]*)");
    private static final String DECIMAL = "kMGT";
    private static final String BINARY = "KMGT";

    private Quantities() {}

    /**
     * The number that a text says; a fraction is rounded up.
     *
     * @throws IllegalArgumentException if the text is not of the form that the schema asks for, or too large for a
     *     {@code long}; the message names the text
     */
    public static long parse(String text) {
        Matcher parts = PARTS.matcher(text);
        if (!WHOLE.matcher(text).matches() || !parts.matches()) {
            throw new IllegalArgumentException(text + " (expected: a quantity such as 10Gi or 2500k)");
        }
        BigDecimal value = new BigDecimal(parts.group(1)).multiply(factor(parts.group(2)));
        try {
            return value.setScale(0, RoundingMode.CEILING).longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(text + " (expected: a quantity below 8192Pi)", e);
        }
    }

    private static BigDecimal factor(String suffix) {
        if (suffix.isEmpty()) {
            return BigDecimal.ONE;
        }
        boolean binary = suffix.endsWith("i");
        int power = 1 + (binary ? BINARY : DECIMAL).indexOf(suffix.charAt(0));
        return BigDecimal.valueOf(binary ? 1024 : 1000).pow(power);
    }
}
