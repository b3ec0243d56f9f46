package dev.penstock.dataplane.resource;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The data of a Secret. Its text form shows nothing. Immutable. */
public final class SecretData {
    private final Map<String, byte[]> data;

    private SecretData(Map<String, byte[]> data) {
        this.data = data;
    }

    /**
     * Data as the API has it.
     *
     * @param base64 values in Base64
     * @param text values as text, which win
     * @throws IllegalArgumentException when a value is not Base64; the message names its key only
     */
    static SecretData of(Map<String, String> base64, Map<String, String> text) {
        Map<String, byte[]> data = new HashMap<>();
        base64.forEach((key, value) -> {
            try {
                data.put(key, Base64.getDecoder().decode(value));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("data." + key + ": not shown (expected: Base64)");
            }
        });
        text.forEach((key, value) -> data.put(key, value.getBytes(StandardCharsets.UTF_8)));
        return new SecretData(data);
    }

    /** Data given as text. */
    public static SecretData ofText(Map<String, String> text) {
        return of(Map.of(), text);
    }

    /** A value as text, as it is in UTF-8. */
    public Optional<String> text(String key) {
        byte[] value = data.get(key);
        return value == null ? Optional.empty() : Optional.of(new String(value, StandardCharsets.UTF_8));
    }

    /** All values as text, as they are in UTF-8. */
    public List<String> texts() {
        return data.values().stream().map(value -> new String(value, StandardCharsets.UTF_8)).toList();
    }

    /** All values as text, by their keys. */
    public Map<String, String> all() {
        Map<String, String> out = new HashMap<>();
        data.forEach((key, value) -> out.put(key, new String(value, StandardCharsets.UTF_8)));
        return Map.copyOf(out);
    }

    /** Values in Base64, for a file that only this process reads. */
    Map<String, String> base64() {
        Map<String, String> out = new HashMap<>();
        data.forEach((key, value) -> out.put(key, Base64.getEncoder().encodeToString(value)));
        return out;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretData that && base64().equals(that.base64());
    }

    @Override
    public int hashCode() {
        return data.keySet().hashCode();
    }

    @Override
    public String toString() {
        return "SecretData" + data.keySet();
    }
}
