package dev.penstock.dataplane.resource.schema;

import java.math.BigDecimal;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** Bounds of a number. */
final class NumberLimits {
    private NumberLimits() {}

    static void check(Number number, Schema.Limits limits, String path, List<Violation> out) {
        double value = number.doubleValue();
        if (limits.format().equals("int32") && value != (int) value) {
            out.add(new Violation(Violation.Kind.INVALID, path, number, "expected: an integer of 32 bits"));
        }
        if (above(value, limits.maximum(), limits.exclusiveMaximum())) {
            out.add(new Violation(Violation.Kind.INVALID, path, number,
                    "expected: " + (limits.exclusiveMaximum() ? "less than " : "at most ") + plain(limits.maximum())));
        }
        if (limits.minimum() != null && above(-value, -limits.minimum(), limits.exclusiveMinimum())) {
            out.add(new Violation(Violation.Kind.INVALID, path, number,
                    "expected: " + (limits.exclusiveMinimum() ? "more than " : "at least ") + plain(limits.minimum())));
        }
        if (limits.multipleOf() != null && value % limits.multipleOf() != 0) {
            out.add(new Violation(Violation.Kind.INVALID, path, number,
                    "expected: a multiple of " + plain(limits.multipleOf())));
        }
    }

    private static boolean above(double value, @Nullable Double bound, boolean exclusive) {
        return bound != null && (exclusive ? value >= bound : value > bound);
    }

    private static String plain(@Nullable Double bound) {
        return bound == null ? "" : BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
    }
}
