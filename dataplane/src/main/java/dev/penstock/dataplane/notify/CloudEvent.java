package dev.penstock.dataplane.notify;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * One thing that has happened, in the structured mode of CloudEvents 1.0 (HTTP Protocol Binding 3.2): all of it is in the body, so all
 * of it is signed.
 *
 * @param id unlike any other; the same in each try, so that who has had it knows
 * @param type without the prefix
 * @param stream {@code ns/name}
 * @param time when it happened
 * @param data what else is known, free of secrets
 */
record CloudEvent(String id, String type, String stream, Instant time, Map<String, Object> data) {
    static final String CONTENT_TYPE = "application/cloudevents+json";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param source who tells */
    byte[] body(String source) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("specversion", "1.0");
        event.put("id", id);
        event.put("source", "penstock/" + source);
        event.put("type", "dev.penstock." + type);
        event.put("subject", stream);
        event.put("time", time.toString());
        event.put("datacontenttype", "application/json");
        event.put("data", data);
        try {
            return JSON.writeValueAsString(event).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
