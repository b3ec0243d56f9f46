package dev.penstock.dataplane.resource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.v1alpha1.MediaPoolSpec.Permit;
import dev.penstock.api.v1alpha1.Webhook;
import dev.penstock.wire.RingTable;

/**
 * What a pod knew last, in a file that only its user may read: it holds Secrets. A container that starts while the API server
 * is away serves from it.
 *
 * @param ring the table, or null when there was none
 * @param permit what the pool lets tenants run and read, or null for nothing
 * @param authWebhook who is asked whether someone may publish, or null for nobody
 * @param resources resources of this pod
 * @param secrets Secrets that were read, by namespace/name
 */
record Snapshot(@Nullable RingTable ring, @Nullable Permit permit, @Nullable Webhook authWebhook,
        List<HasMetadata> resources, Map<String, SecretData> secrets) {
    private static final int VERSION = 1;

    /** Writes the file: complete and on the disk when this returns, or as it was before. */
    void write(Path file) throws IOException {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("version", VERSION);
        if (ring != null) {
            content.put("epoch", ring.epoch());
            content.put("table", ring.text());
        }
        if (permit != null) {
            content.put("permit", permit);
        }
        if (authWebhook != null) {
            content.put("authWebhook", authWebhook);
        }
        content.put("resources", resources);
        Map<String, Map<String, String>> hidden = new HashMap<>();
        secrets.forEach((name, data) -> hidden.put(name, data.base64()));
        content.put("secrets", hidden);
        byte[] bytes = new KubernetesSerialization(new ObjectMapper(), false).asJson(content)
                .getBytes(StandardCharsets.UTF_8);
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        // Made with its final permissions: never readable by others, not even for a moment.
        Path part = Files.createTempFile(folder, ".resources", ".part",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /**
     * Reads the file.
     *
     * @return nothing when there is none
     * @throws IOException when it cannot be read or is not what {@link #write} writes
     */
    static Optional<Snapshot> read(Path file, ResourceTypes types) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode root = new ObjectMapper().readTree(file.toFile());
            if (root.path("version").asInt() != VERSION) {
                throw new IOException("version " + root.path("version") + " (expected: " + VERSION + ")");
            }
            RingTable ring = root.has("table")
                    ? RingTable.parse(root.path("epoch").asLong(), root.path("table").asText())
                    : null;
            Permit permit = root.has("permit")
                    ? new ObjectMapper().treeToValue(root.get("permit"), Permit.class)
                    : null;
            Webhook authWebhook = root.has("authWebhook")
                    ? new ObjectMapper().treeToValue(root.get("authWebhook"), Webhook.class)
                    : null;
            List<HasMetadata> resources = new ArrayList<>();
            for (JsonNode node : root.path("resources")) {
                resources.add(types.typed(node.path("kind").asText(), node));
            }
            Map<String, SecretData> secrets = new HashMap<>();
            root.path("secrets").properties().forEach(entry -> {
                Map<String, String> data = new HashMap<>();
                entry.getValue().properties().forEach(value -> data.put(value.getKey(), value.getValue().asText()));
                secrets.put(entry.getKey(), SecretData.of(data, Map.of()));
            });
            return Optional.of(new Snapshot(ring, permit, authWebhook, resources, secrets));
        } catch (IllegalArgumentException e) {
            throw new IOException("not a snapshot: " + e.getClass().getSimpleName(), e);
        }
    }
}
