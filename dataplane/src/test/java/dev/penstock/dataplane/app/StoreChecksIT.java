package dev.penstock.dataplane.app;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.dataplane.resource.DirectorySource;
import dev.penstock.dataplane.resource.Problem;
import dev.penstock.dataplane.resource.RecordingReport;
import dev.penstock.dataplane.resource.ResourceKey;
import dev.penstock.dataplane.resource.ResourceListener;
import dev.penstock.dataplane.resource.StatusWriter;
import dev.penstock.dataplane.resource.StoreReport;
import dev.penstock.dataplane.resource.StreamReport;
import dev.penstock.dataplane.store.s3.S3Server;

import static org.assertj.core.api.Assertions.assertThat;

/** Checks of stores against a real S3 server, on resources from a folder. */
class StoreChecksIT {
    private final Map<String, StoreReport> reports = new ConcurrentHashMap<>();
    private final AtomicInteger written = new AtomicInteger();
    private S3Server server;
    private DirectorySource resources;
    private Stores stores;
    private StoreChecks checks;

    @TempDir
    Path folder;

    private final class Reports implements StatusWriter {
        @Override
        public void report(StreamReport report) {
            throw new AssertionError("not of stores");
        }

        @Override
        public void report(RecordingReport report) {
            throw new AssertionError("not of stores");
        }

        @Override
        public void report(StoreReport report) {
            written.incrementAndGet();
            reports.put(report.store().getMetadata().getName(), report);
        }

        @Override
        public void forget(ResourceKey key) {
            reports.remove(key.name());
        }

        @Override
        public void close() {}
    }

    private final class Opener implements ResourceListener {
        @Override
        public void applied(@Nullable HasMetadata old, HasMetadata now) {
            if (now instanceof ObjectStore store) {
                stores.apply("default", store.getMetadata().getName(), store.getSpec());
            }
        }

        @Override
        public void deleted(HasMetadata last) {
            stores.remove("default", last.getMetadata().getName());
        }

        @Override
        public void problems(List<Problem> all) {}

        @Override
        public void secretChanged(String namespace, String name) {
            resources.view().all(ObjectStore.class).forEach(store -> applied(null, store));
        }
    }

    @BeforeEach
    void start() throws Exception {
        server = new S3Server();
        Files.createDirectories(folder.resolve("in"));
        resources = new DirectorySource(folder.resolve("in"));
        stores = new Stores(new StoreOpener(resources, folder.resolve("data"), InstantSource.system()), new Problems(),
                NodeSettings.Admission.ALL);
    }

    @AfterEach
    void stop() {
        checks.close();
        resources.stop();
        stores.close();
        server.close();
    }

    private void store(String name, String spec) throws IOException {
        Files.writeString(folder.resolve("in/" + name + ".yaml"), """
                apiVersion: penstock.dev/v1alpha1
                kind: ObjectStore
                metadata: {name: %s}
                spec: {%s}
                """.formatted(name, spec));
    }

    private void s3(String name, int port, String bucket, String secret) throws IOException {
        store(name, "s3: {endpoint: \"http://127.0.0.1:" + port + "\", pathStyle: true, bucket: " + bucket
                + ", prefix: team/a, secretRef: {name: " + secret + "}}");
    }

    private void secret(String name, String data) throws IOException {
        Files.writeString(folder.resolve("in/secret-" + name + ".yaml"), """
                apiVersion: v1
                kind: Secret
                metadata: {name: %s}
                stringData: {%s}
                """.formatted(name, data));
    }

    private void begin() throws Exception {
        resources.start(new Opener());
        checks = new StoreChecks(resources, stores, new Reports(), (namespace, name) -> !name.equals("foreign"),
                InstantSource.system(), System::nanoTime, new Random(1)).start();
    }

    private StoreReport await(String name, boolean writable) throws InterruptedException {
        for (int i = 0; i < 1500; i++) {
            StoreReport report = reports.get(name);
            if (report != null && report.writable() == writable) {
                return report;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError(name + ": " + reports.get(name) + " (expected: writable " + writable + ")");
    }

    @Test
    void shouldSayWhatToDoForEachWayToFail() throws Exception {
        int dead;
        try (ServerSocket socket = new ServerSocket(0)) {
            dead = socket.getLocalPort();
        }
        int port = server.endpoint().getPort();
        secret("good", "accessKeyId: access, secretAccessKey: secret");
        secret("bad", "accessKeyId: access, secretAccessKey: hunter2");
        secret("half", "accessKeyId: access");
        Files.writeString(folder.resolve("a-file"), "");
        store("disk", "file: {path: store}");
        store("nodisk", "file: {path: " + folder.resolve("a-file") + "/below}");
        store("foreign", "file: {path: other}");
        s3("works", port, "media", "good");
        s3("wrongkey", port, "media", "bad");
        s3("nobucket", port, "nothing-here", "good");
        s3("dead", dead, "media", "good");
        s3("nosecret", port, "media", "none");
        s3("nokey", port, "media", "half");
        store("noname", "s3: {endpoint: \"http://store.invalid\", bucket: media, secretRef: {name: good}}");
        begin();

        assertThat(await("disk", true).message()).isEqualTo("A probe object was written, read and deleted");
        assertThat(await("works", true).message()).isEqualTo("A probe object was written, read and deleted");
        assertThat(await("nodisk", false).message()).contains("a-file");
        assertThat(await("wrongkey", false).message()).isEqualTo("bucket media at 127.0.0.1:" + port
                + ": cannot store a probe object: HTTP 403 SignatureDoesNotMatch"
                + " (expected: the secretAccessKey that belongs to the accessKeyId)");
        assertThat(await("nobucket", false).message())
                .contains("HTTP 404 NoSuchBucket (expected: a bucket that exists)");
        assertThat(await("dead", false).message()).contains("connection refused");
        assertThat(await("nosecret", false).message())
                .isEqualTo("spec.s3.secretRef.name: none (expected: a Secret in namespace default)");
        assertThat(await("nokey", false).message())
                .isEqualTo("spec.s3.secretRef.name: half (expected: a Secret with the key secretAccessKey)");
        assertThat(await("noname", false).message()).contains("the host name is not known");
        assertThat(reports).doesNotContainKey("foreign");
        assertThat(reports.values().toString()).doesNotContain("hunter2");
    }

    @Test
    void shouldHealWhenTheSecretIsPutRightAndNoticeAStoreThatFails() throws Exception {
        int port = server.endpoint().getPort();
        secret("keys", "accessKeyId: access, secretAccessKey: wrong");
        s3("bucket", port, "media", "keys");
        begin();
        await("bucket", false);
        secret("keys", "accessKeyId: access, secretAccessKey: secret");
        await("bucket", true);
        int before = written.get();
        server.stop();
        TimeUnit.SECONDS.sleep(1);
        assertThat(written).as("not looked at while nobody needs it").hasValue(before);
        try {
            stores.find("default", "bucket").orElseThrow().put("x",
                    dev.penstock.dataplane.store.Content.bytes(new byte[1]),
                    dev.penstock.dataplane.store.PutOptions.immutable("text/plain"));
        } catch (dev.penstock.dataplane.store.StoreException e) {
            assertThat(e).hasMessageContaining("connection refused");
        }
        await("bucket", false);
        server.start();
        await("bucket", true);
        assertThat(written).hasValue(before + 2);
    }
}
