package dev.penstock.dataplane.resource.schema;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * One document of a YAML file.
 *
 * @param line where it begins, counted from 1
 * @param content the document; its maps and lists may be changed
 * @param lines where each field stands, by path
 */
public record YamlDocument(int line, Map<String, @Nullable Object> content, Map<String, Integer> lines) {
    /** The line of a field, or of the nearest parent that was written down. */
    public int lineOf(String field) {
        String path = field;
        while (!path.isEmpty()) {
            Integer found = lines.get(path);
            if (found != null) {
                return found;
            }
            path = path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
        }
        return line;
    }
}
