package dev.penstock.dataplane.resource.schema;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Types of plain scalars, as kubectl and the API server read them: YAML 1.1 with {@code yes} and {@code on} as booleans and
 * {@code 0755} as octal, but neither base 60 nor dates.
 */
final class ScalarTypes extends Resolver {
    private static final Set<String> TRUE = Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On",
            "ON");
    private static final Set<String> FALSE = Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off",
            "OFF");
    private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
    private static final Pattern INTEGER = Pattern
            .compile("[-+]?(0[bB][01]+|0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0|[1-9][0-9]*)");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern NOT_FINITE = Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*");
    /** A longer number is no number that anybody means, and costs time to read. */
    private static final int MAX_DIGITS = 400;

    @Override
    public Tag resolve(NodeId kind, String value, boolean implicit) {
        if (kind != NodeId.scalar || !implicit) {
            return super.resolve(kind, value, false);
        }
        if (value.equals("<<")) {
            return Tag.MERGE;
        }
        if (NULL.contains(value)) {
            return Tag.NULL;
        }
        if (TRUE.contains(value) || FALSE.contains(value)) {
            return Tag.BOOL;
        }
        String plain = value.replace("_", "");
        if (value.length() > MAX_DIGITS || DATE.matcher(value).matches()) {
            return Tag.STR;
        }
        boolean digitFirst = "+-0123456789.".indexOf(value.charAt(0)) >= 0;
        if (digitFirst && INTEGER.matcher(plain).matches()) {
            return Tag.INT;
        }
        boolean number = digitFirst && (FLOAT.matcher(plain).matches() || NOT_FINITE.matcher(value).matches());
        return number ? Tag.FLOAT : Tag.STR;
    }

    /** The value of a scalar: string, long, double, boolean or null. */
    static @Nullable Object value(ScalarNode node) throws YamlException {
        String text = node.getValue();
        Tag tag = node.getTag();
        try {
            if (tag.equals(Tag.STR) || tag.equals(Tag.MERGE) || tag.equals(Tag.TIMESTAMP)) {
                return text;
            } else if (tag.equals(Tag.NULL)) {
                return null;
            } else if (tag.equals(Tag.BOOL) && (TRUE.contains(text) || FALSE.contains(text))) {
                return TRUE.contains(text);
            } else if (tag.equals(Tag.INT)) {
                return integer(text.replace("_", ""));
            } else if (tag.equals(Tag.FLOAT)) {
                return Values.normal(finite(Double.parseDouble(text.replace("_", ""))));
            }
        } catch (NumberFormatException e) {
            throw new YamlException(node.getStartMark().getLine() + 1, "a scalar is not a finite number");
        }
        throw new YamlException(node.getStartMark().getLine() + 1, "tag " + tag.getValue() + " is not supported here");
    }

    private static @Nullable Object integer(String text) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        String digits = (signed ? text.substring(1) : text).toLowerCase(Locale.ROOT);
        BigInteger number;
        if (digits.startsWith("0x")) {
            number = new BigInteger(digits.substring(2), 16);
        } else if (digits.startsWith("0b")) {
            number = new BigInteger(digits.substring(2), 2);
        } else if (digits.startsWith("0o")) {
            number = new BigInteger(digits.substring(2), 8);
        } else {
            number = new BigInteger(digits, digits.startsWith("0") ? 8 : 10);
        }
        return Values.normal(text.startsWith("-") ? number.negate() : number);
    }

    private static double finite(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw new NumberFormatException();
        }
        return number;
    }
}
