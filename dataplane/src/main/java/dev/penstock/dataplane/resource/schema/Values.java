package dev.penstock.dataplane.resource.schema;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** The values that resources are made of, and paths into them. */
final class Values {
    /** Beyond this a double no longer names every integer, so it stays a double. */
    private static final double EXACT = 9007199254740992.0;

    private static final Pattern STEP = Pattern.compile("[^.\\[\\]]+");

    private Values() {}

    /** A deep copy whose maps and lists may be changed: integers are longs, whole doubles are longs, as after a trip through JSON. */
    static @Nullable Object normal(@Nullable Object in) {
        return switch (in) {
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> out = new LinkedHashMap<>();
                map.forEach((key, value) -> out.put(String.valueOf(key), normal(value)));
                yield out;
            }
            case List<?> list -> {
                List<@Nullable Object> out = new ArrayList<>(list.size());
                list.forEach(value -> out.add(normal(value)));
                yield out;
            }
            case Integer i -> i.longValue();
            case BigInteger b -> b.bitLength() < Long.SIZE ? (Object) b.longValue() : (Object) b.doubleValue();
            case Float f -> normal(f.doubleValue());
            case Double d -> d == Math.rint(d) && Math.abs(d) <= EXACT ? (Object) d.longValue() : d;
            case null, default -> in;
        };
    }

    /** The value as a map with text keys, or null when it is none. */
    @SuppressWarnings("unchecked")
    static @Nullable Map<String, @Nullable Object> map(@Nullable Object in) {
        return in instanceof Map ? (Map<String, @Nullable Object>) in : null;
    }

    /** The value as a list, or null when it is none. */
    @SuppressWarnings("unchecked")
    static @Nullable List<@Nullable Object> list(@Nullable Object in) {
        return in instanceof List ? (List<@Nullable Object>) in : null;
    }

    /** The text at a key, or empty when there is none. */
    static String text(@Nullable Map<String, @Nullable Object> map, String key) {
        return map != null && map.get(key) instanceof String text ? text : "";
    }

    /** Path of a declared field. */
    static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Path of an element of a list. */
    static String index(String path, int index) {
        return path + "[" + index + "]";
    }

    /** Path of an entry of a map. */
    static String key(String path, String key) {
        return path + "[" + key + "]";
    }

    /** The scalar at a path such as {@code spec.urls[0].url} below a value, or null. */
    static @Nullable Object scalarAt(@Nullable Object from, String path) {
        Object at = from;
        Matcher step = STEP.matcher(path);
        while (at != null && step.find()) {
            String name = step.group();
            List<@Nullable Object> list = list(at);
            Map<String, @Nullable Object> map = map(at);
            if (list != null) {
                int index = name.matches("\\d{1,9}") ? Integer.parseInt(name) : list.size();
                at = index < list.size() ? list.get(index) : null;
            } else {
                at = map == null ? null : map.get(name);
            }
        }
        return at instanceof Map || at instanceof List ? null : at;
    }
}
