package dev.penstock.dataplane.resource;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.telemetry.LogKeys;

/** Secrets that were asked for. What the cluster does not say now stays as it was. Thread safe. */
final class SecretCache {
    private static final Logger LOG = LoggerFactory.getLogger(SecretCache.class);

    private final Cluster cluster;
    private final Map<String, Optional<SecretData>> known = new ConcurrentHashMap<>();

    SecretCache(Cluster cluster) {
        this.cluster = cluster;
    }

    /** The Secret, from the cluster when it was not asked for before. Blocks. */
    Optional<SecretData> get(String namespace, String name) {
        String key = namespace + "/" + name;
        Optional<SecretData> cached = known.get(key);
        if (cached == null) {
            refresh(key);
            cached = known.getOrDefault(key, Optional.empty());
        }
        return cached;
    }

    /**
     * Asks the cluster again. Blocks.
     *
     * @param key namespace/name
     * @return whether it has changed
     */
    boolean refresh(String key) {
        int slash = key.indexOf('/');
        try {
            Optional<SecretData> now = cluster.secret(key.substring(0, slash), key.substring(slash + 1));
            Optional<SecretData> before = known.put(key, now);
            return before != null && !before.equals(now);
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue(LogKeys.PATH, "Secret " + key)
                    .addKeyValue(LogKeys.REASON, e.getClass().getSimpleName())
                    .log("Secret not read; what was read before stays");
            return false;
        }
    }

    Iterable<String> names() {
        return known.keySet();
    }

    void restore(Map<String, SecretData> secrets) {
        secrets.forEach((key, data) -> known.putIfAbsent(key, Optional.of(data)));
    }

    Map<String, SecretData> all() {
        Map<String, SecretData> out = new ConcurrentHashMap<>();
        known.forEach((key, data) -> data.ifPresent(value -> out.put(key, value)));
        return out;
    }
}
