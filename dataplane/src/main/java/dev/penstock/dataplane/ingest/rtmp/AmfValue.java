package dev.penstock.dataplane.ingest.rtmp;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of Action Message Format 0. */
sealed interface AmfValue {
    /** Null, undefined, and what plays no part. */
    AmfValue NULL = new Null();

    /** A number or a date, in ms. */
    record Number(double value) implements AmfValue {}

    /** True or false. */
    record Bool(boolean value) implements AmfValue {}

    /** A string, short or long. */
    record Text(String value) implements AmfValue {}

    /** Nothing. */
    record Null() implements AmfValue {}

    /** An object or an associative array; in the order of the wire. */
    record Fields(Map<String, AmfValue> values) implements AmfValue {
        /** Copies the map. */
        public Fields {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    /** An array. */
    record Items(List<AmfValue> values) implements AmfValue {
        /** Copies the list. */
        public Items {
            values = List.copyOf(values);
        }
    }

    static AmfValue of(String text) {
        return new Text(text);
    }

    static AmfValue of(double number) {
        return new Number(number);
    }

    /** A field of an object as text; empty when there is none. */
    default String text(String field) {
        return this instanceof Fields f && f.values().get(field) instanceof Text t ? t.value() : "";
    }

    /** Whether an object has a field that is not null. */
    default boolean has(String field) {
        return this instanceof Fields f && f.values().containsKey(field) && !(f.values().get(field) instanceof Null);
    }
}
