package dev.penstock.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What the API server was asked, by whom, and what it answered. Requests stand in the log before they are answered. */
final class AuditLog {
    private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete", "deletecollection");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String POLICY = """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            rules:
              - level: Metadata
            """;

    /**
     * A request.
     *
     * @param user who asked, after impersonation
     * @param verb such as patch
     * @param resource group/resource or group/resource/subresource, the group empty for the core's
     * @param namespace empty for none
     * @param name empty for none
     * @param code what was answered
     * @param time when it came
     */
    record Request(String user, String verb, String resource, String namespace, String name, int code, Instant time) {
        boolean isWrite() {
            return WRITES.contains(verb) && !resource.startsWith("authorization.k8s.io/");
        }
    }

    private final Path policy;
    private final Path log;

    private AuditLog(Path policy, Path log) {
        this.policy = policy;
        this.log = log;
    }

    /** A log that an API server writes already. */
    static AuditLog of(Path log) {
        return new AuditLog(log, log);
    }

    /** A log in a folder of its own, which goes with the JVM. */
    static AuditLog create() {
        try {
            Path folder = Files.createTempDirectory("audit");
            AuditLog audit = new AuditLog(Files.writeString(folder.resolve("policy.yaml"), POLICY),
                    Files.createFile(folder.resolve("audit.log")));
            audit.log.getParent().toFile().deleteOnExit();
            audit.policy.toFile().deleteOnExit();
            audit.log.toFile().deleteOnExit();
            return audit;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String policy() {
        return policy.toString();
    }

    String file() {
        return log.toString();
    }

    /** All requests so far that are not about health and discovery. */
    List<Request> requests() {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.map(AuditLog::parse).filter(node -> node.hasNonNull("objectRef")).map(AuditLog::request)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Requests of a user since a time. */
    List<Request> requests(String user, Instant since) {
        return requests().stream().filter(r -> r.user().equals(user) && !r.time().isBefore(since)).toList();
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            // The last line may be half written.
            return JSON.createObjectNode();
        }
    }

    private static Request request(JsonNode node) {
        JsonNode object = node.path("objectRef");
        String user = node.path("impersonatedUser").path("username").asText("");
        String sub = object.path("subresource").asText("");
        return new Request(user.isEmpty() ? node.path("user").path("username").asText("") : user,
                node.path("verb").asText(""),
                object.path("apiGroup").asText("") + "/" + object.path("resource").asText("")
                        + (sub.isEmpty() ? "" : "/" + sub),
                object.path("namespace").asText(""), object.path("name").asText(""),
                node.path("responseStatus").path("code").asInt(),
                Instant.parse(node.path("requestReceivedTimestamp").asText()));
    }
}
