package dev.penstock.dataplane.app;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import dev.penstock.dataplane.resource.ResourceListener;
import dev.penstock.dataplane.resource.ResourceSource;
import dev.penstock.dataplane.resource.ResourceView;
import dev.penstock.dataplane.resource.SecretData;

/** Secrets in memory; no other resource. */
final class FakeResources implements ResourceSource {
    final AtomicInteger doubts = new AtomicInteger();
    private final Map<String, SecretData> secrets = new ConcurrentHashMap<>();

    /** Puts a Secret there; its values are named by their position. */
    void put(String namespace, String name, String... values) {
        Map<String, String> data = new HashMap<>();
        for (String value : values) {
            data.put("k" + data.size(), value);
        }
        secrets.put(namespace + "/" + name, SecretData.ofText(data));
    }

    /** Puts a Secret with one key there. */
    void putText(String namespace, String name, String key, String value) {
        secrets.put(namespace + "/" + name, SecretData.ofText(Map.of(key, value)));
    }

    /** Puts a Secret there as it is. */
    void put(String namespace, String name, Map<String, String> data) {
        secrets.put(namespace + "/" + name, SecretData.ofText(data));
    }

    @Override
    public void start(ResourceListener listener) {}

    @Override
    public void stop() {}

    @Override
    public ResourceView view() {
        return ResourceView.EMPTY;
    }

    @Override
    public Optional<SecretData> secret(String namespace, String name) {
        return Optional.ofNullable(secrets.get(namespace + "/" + name));
    }

    @Override
    public void refreshSecret(String namespace, String name) {
        doubts.incrementAndGet();
    }
}
