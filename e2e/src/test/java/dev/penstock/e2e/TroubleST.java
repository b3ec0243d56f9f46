package dev.penstock.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.api.Condition.Status;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaPool;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each row of the table in docs/troubleshooting.md: the way to go wrong is gone, then {@code kubectl get} must show the words of the
 * second column and {@code kubectl describe} the sentence of the third. Media is tried by a real data-plane process.
 */
class TroubleST {
    private static final Path PAGE = Path.of("../docs/troubleshooting.md");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    /**
     * A row of the page.
     *
     * @param way what went wrong
     * @param get words that the line of {@code kubectl get} holds
     * @param describe sentences that {@code kubectl describe} holds
     */
    private record Row(String way, List<String> get, List<String> describe, boolean isNode) {}

    private static final Map<String, String> SECRETS = Map.of("password", "hunter2-of-the-camera", "username",
            "somebody-at-the-door", "secretAccessKey", "not/to+be/told/ever=");

    @TempDir
    static Path folder;
    private static TestNamespace space;
    private static final Map<String, TestNamespace> WHERE = new TreeMap<>();
    private static BadServer server;
    private static FakeNodes nodes;
    private static PodProcess pod;

    @BeforeAll
    static void goWrong() throws IOException {
        ControlPlane plane = ControlPlane.get();
        space = TestNamespace.create(plane.admin());
        server = new BadServer();
        nodes = new FakeNodes(plane.admin(), space.name());
        space.apply("kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live]}");
        space.await(MediaPool.class, "cams", "a ring", p -> p.getStatus() != null && p.getStatus().ring() != null);
        secret("user", Map.of("username", SECRETS.get("username"), "password", SECRETS.get("password")));
        secret("store", Map.of("accessKeyId", "AKIDOFTHETEST", "secretAccessKey", SECRETS.get("secretAccessKey")));
        Troubles.ALL.forEach((way, trouble) -> {
            TestNamespace there = trouble.isAlone() ? TestNamespace.create(plane.admin()) : space;
            WHERE.put(way, there);
            trouble.yaml().forEach(yaml -> there.apply(server.filled(yaml)));
        });
        space.awaitCondition(LiveStream.class, "refused", "Placed", Status.True, "Placed");
        pod = PodProcess.start(space, "cams", folder);
    }

    @AfterAll
    static void end() {
        if (pod != null) {
            pod.close();
        }
        server.close();
        nodes.close();
    }

    @TestFactory
    Stream<DynamicTest> shouldShowWhatThePageSays() throws IOException {
        List<Row> rows = rows();
        assertThat(rows).extracting(Row::way).doesNotHaveDuplicates();
        Map<String, Troubles.Trouble> unused = new TreeMap<>(Troubles.ALL);
        rows.forEach(row -> unused.remove(row.way()));
        assertThat(unused.keySet()).as("ways that the page does not tell of").isEmpty();
        return rows.stream().filter(row -> !row.isNode())
                .map(row -> DynamicTest.dynamicTest(row.way(), () -> check(row)));
    }

    @Test
    void shouldTellNobodyASecret() {
        TestNamespace elsewhere = TestNamespace.create(ControlPlane.get().admin());
        try (Kubectl kubectl = Kubectl.in(elsewhere)) {
            String resources = kubectl.ok("get", "penstock", "-A", "-o", "yaml");
            String events = kubectl.ok("get", "events", "-A", "-o", "yaml");
            assertThat(resources).contains("locked");
            assertThat(new SecretScan(SECRETS).findings(Map.of("resources", resources, "events", events, "log of a pod",
                    pod.log(), "metrics", ControlPlane.get().metrics()))).isEmpty();
        }
        assertThat(new SecretScan(SECRETS).findings(Map.of("a page", "http://x:hunter2-of-the-camera@y")))
                .as("the scan finds what is there").containsExactly("a page: password");
    }

    private static void secret(String name, Map<String, String> data) {
        ControlPlane.get().admin().resource(new SecretBuilder().withNewMetadata().withName(name)
                .withNamespace(space.name()).endMetadata().withStringData(data).build()).create();
    }

    private static void check(Row row) {
        Troubles.Trouble trouble = Troubles.ALL.get(row.way());
        assertThat(trouble).as("a way that Troubles knows").isNotNull();
        try (Kubectl kubectl = Kubectl.in(WHERE.get(row.way()))) {
            String get = "";
            String describe = "";
            long start = System.nanoTime();
            boolean isSaid = false;
            while (!isSaid && System.nanoTime() - start < LIMIT_NANOS) {
                get = plain(kubectl.ok("get", trouble.kind(), trouble.name(), "--no-headers"));
                describe = plain(kubectl.ok("describe", trouble.kind(), trouble.name()));
                isSaid = row.get().stream().allMatch(get::contains)
                        && row.describe().stream().allMatch(describe::contains);
                LockSupport.parkNanos(300_000_000);
            }
            assertThat(get).as(describe + "\n" + pod.log()).contains(row.get());
            assertThat(describe).contains(row.describe());
        }
    }

    /** As on the page: one blank between words, and the server of the test has a name. */
    private static String plain(String text) {
        return text.replace(server.address(), "camera").replace(space.name(), "video").replaceAll("\\s+", " ");
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readString(PAGE, StandardCharsets.UTF_8).lines().toList()) {
            String[] cells = line.split("(?<!\\\\)\\|");
            if (line.startsWith("| ") && !line.startsWith("| what went wrong ") && cells.length >= 5
                    && CODE.matcher(cells[2]).find()
                    && CODE.matcher(cells[3]).find()) {
                rows.add(new Row(cells[1].strip().replace(" \u00b9", ""), codes(cells[2]), codes(cells[3]),
                        cells[1].contains("\u00b9")));
            }
        }
        return rows;
    }

    private static List<String> codes(String cell) {
        return CODE.matcher(cell).results().map((MatchResult m) -> m.group(1).replace("\\|", "|")).toList();
    }
}
