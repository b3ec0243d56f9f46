package dev.penstock.dataplane.resource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaPoolSpec;
import dev.penstock.api.v1alpha1.Webhook;
import dev.penstock.wire.Partitions;

import static org.assertj.core.api.Assertions.assertThat;

class KubernetesSourceTest {
    private static final String URL = "tcp://10.0.0.1:1";

    @TempDir
    Path folder;
    private final FakeCluster cluster = new FakeCluster();
    private final Heard heard = new Heard();
    private KubernetesSource source;

    private void start() throws ResourceSourceException {
        start(Duration.ofSeconds(20));
    }

    private void start(Duration wait) throws ResourceSourceException {
        source = new KubernetesSource(cluster,
                new PoolMember("ns", "live", 0, folder.resolve("state/resources.json"), wait), new Random(1));
        source.start(heard);
    }

    @AfterEach
    void stop() {
        if (source != null) {
            source.stop();
        }
    }

    @Test
    void shouldHearOfItsOwnPartitionsOnly() throws Exception {
        cluster.ring(FakeCluster.ringOf(1, "cam"));
        cluster.put(FakeCluster.stream("cam", URL));
        cluster.put(FakeCluster.stream("other", URL));
        cluster.put(FakeCluster.recording("rec", "cam"));
        cluster.put(FakeCluster.store("disk"));
        start();
        assertThat(heard.events()).containsExactlyInAnyOrder("+ LiveStream ns/cam", "+ Recording ns/rec",
                "+ ObjectStore ns/disk");
        assertThat(source.view().stream("ns", "other")).isEmpty();
        assertThat(source.ring().orElseThrow().epoch()).isEqualTo(1);
        assertThat(source.servedEpoch()).isEqualTo(1);
        assertThat(cluster.selections()).containsExactly(Set.of(Partitions.of("ns", "cam")));
    }

    @Test
    void shouldNotBelieveALabel() throws Exception {
        cluster.ring(FakeCluster.ringOf(1, "cam"));
        LiveStream liar = FakeCluster.stream("other", URL);
        liar.getMetadata().getLabels().put("penstock.dev/partition", String.valueOf(Partitions.of("ns", "cam")));
        cluster.put(liar);
        start();
        assertThat(heard.events()).isEmpty();
    }

    @Test
    void shouldFollowThePartitionsAsTheyMove() throws Exception {
        cluster.ring(FakeCluster.ringOf(5, "cam"));
        cluster.put(FakeCluster.stream("cam", URL));
        cluster.put(FakeCluster.stream("two", URL));
        start();
        assertThat(heard.next()).isEqualTo("+ LiveStream ns/cam");
        cluster.ring(FakeCluster.ringOf(4, "two"));
        cluster.ring(FakeCluster.ringOf(6, "two"));
        assertThat(heard.next()).isEqualTo("- LiveStream ns/cam");
        assertThat(source.servedEpoch()).as("not before what has come is read").isEqualTo(5);
        assertThat(heard.next()).isEqualTo("+ LiveStream ns/two");
        cluster.put(FakeCluster.stream("two", URL + "2"));
        assertThat(heard.next()).isEqualTo("~ LiveStream ns/two");
        assertThat(source.servedEpoch()).isEqualTo(6);
        cluster.ring(FakeCluster.ringOf(7, "two"));
        cluster.put(FakeCluster.stream("two", URL));
        assertThat(heard.next()).isEqualTo("~ LiveStream ns/two");
        assertThat(source.servedEpoch()).as("nothing has moved").isEqualTo(7);
    }

    @Test
    void shouldCountADeletionOnlyWhenItIsConfirmed() throws Exception {
        cluster.ring(FakeCluster.ringOf(1, "cam"));
        LiveStream cam = FakeCluster.stream("cam", URL);
        cluster.put(cam);
        start();
        assertThat(heard.next()).isEqualTo("+ LiveStream ns/cam");
        cluster.tellGone(cam);
        LiveStream changed = FakeCluster.stream("cam", URL + "2");
        cluster.put(changed);
        assertThat(heard.next()).isEqualTo("~ LiveStream ns/cam");
        cluster.delete(changed);
        assertThat(heard.next()).isEqualTo("- LiveStream ns/cam");
        assertThat(heard.events()).isEmpty();
    }

    @Test
    void shouldNotMindAStatusThatChanges() throws Exception {
        cluster.ring(FakeCluster.ringOf(1, "cam"));
        cluster.put(FakeCluster.stream("cam", URL));
        start();
        LiveStream same = FakeCluster.stream("cam", URL);
        same.getMetadata().setResourceVersion("99");
        cluster.put(same);
        cluster.put(FakeCluster.store("disk"));
        assertThat(heard.next()).isEqualTo("+ LiveStream ns/cam");
        assertThat(heard.next()).isEqualTo("+ ObjectStore ns/disk");
    }

    @Test
    void shouldRefuseWhatIsNotServedYet() throws Exception {
        cluster.ring(FakeCluster.ringOf(1, "cam"));
        cluster.put(FakeCluster.stream("cam", URL, Map.of("renditions",
                List.of(Map.of("name", "a", "height", 360, "videoBitrate", "1M")), "transcode",
                Map.of("poolRef", Map.of("name", "t")))));
        start();
        assertThat(heard.events()).isEmpty();
        assertThat(heard.problems()).singleElement().asString()
                .startsWith("LiveStream ns/cam: spec.renditions");
    }

    @Test
    void shouldServeFromItsFileWhenTheClusterIsAwayAndCatchUp() throws Exception {
        cluster.ring(FakeCluster.ringOf(3, "cam", "two"));
        cluster.put(FakeCluster.stream("cam", URL));
        LiveStream two = FakeCluster.stream("two", URL);
        cluster.put(two);
        cluster.putSecret("ns/keys", SecretData.of(Map.of(), Map.of("a", "hunter2")));
        start();
        assertThat(source.secret("ns", "keys").orElseThrow().text("a")).contains("hunter2");
        Path file = folder.resolve("state/resources.json");
        // The file is written a little later; the end of the source does not wait for it.
        while (!Files.exists(file) || !Files.readString(file).contains("keys")) {
            Thread.onSpinWait();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        source.stop();
        heard.events();

        cluster.setAway(true);
        cluster.delete(two);
        start(Duration.ofMillis(1));
        assertThat(heard.events()).containsExactlyInAnyOrder("+ LiveStream ns/cam", "+ LiveStream ns/two");
        assertThat(source.ring().orElseThrow().epoch()).isEqualTo(3);
        assertThat(source.servedEpoch()).isEqualTo(3);
        assertThat(source.secret("ns", "keys").orElseThrow().text("a")).contains("hunter2");
        cluster.setAway(false);
        assertThat(heard.next()).isEqualTo("- LiveStream ns/two");
        assertThat(heard.events()).isEmpty();
    }

    @Test
    void shouldKnowWhoIsAskedAboutPublishersAlsoWithoutTheCluster() throws Exception {
        cluster.ring(FakeCluster.ringOf(3, "cam"));
        cluster.spec(Serialization.unmarshal("""
                modes: [Live]
                authWebhook: {url: "http://hooks/", timeout: 1s, cache: 5s, secretRef: {name: sign}}
                """, MediaPoolSpec.class));
        start();
        Webhook hook = source.authWebhook().orElseThrow();
        assertThat(hook.url()).isEqualTo("http://hooks/");
        Path file = folder.resolve("state/resources.json");
        while (!Files.exists(file) || !Files.readString(file).contains("http://hooks/")) {
            Thread.onSpinWait();
        }
        source.stop();
        cluster.setAway(true);
        start(Duration.ofMillis(1));
        assertThat(source.authWebhook()).contains(hook);
        heard.events();
        cluster.setAway(false);
        cluster.spec(Serialization.unmarshal("modes: [Live]", MediaPoolSpec.class));
        while (!heard.next().equals("permits")) {
            Thread.onSpinWait();
        }
        assertThat(source.authWebhook()).isEmpty();
    }

    @Test
    void shouldReadASecretAgainWhenSomebodyWasRefused() throws Exception {
        cluster.putSecret("ns/keys", SecretData.of(Map.of(), Map.of("a", "old")));
        start();
        assertThat(source.secret("ns", "keys").orElseThrow().text("a")).contains("old");
        cluster.putSecret("ns/keys", SecretData.of(Map.of(), Map.of("a", "new")));
        assertThat(source.secret("ns", "keys").orElseThrow().text("a")).as("kept").contains("old");
        source.refreshSecret("ns", "keys");
        assertThat(heard.next()).isEqualTo("secret ns/keys");
        assertThat(source.secret("ns", "keys").orElseThrow().text("a")).contains("new");
    }

    @Test
    void shouldStartEmptyWhenNothingIsKnown() throws Exception {
        cluster.setAway(true);
        Files.createDirectories(folder.resolve("state"));
        Files.writeString(folder.resolve("state/resources.json"), "{broken");
        start(Duration.ofMillis(1));
        assertThat(heard.events()).isEmpty();
        cluster.ring(FakeCluster.ringOf(1, "cam"));
        cluster.put(FakeCluster.stream("cam", URL));
        cluster.setAway(false);
        assertThat(heard.next()).isEqualTo("+ LiveStream ns/cam");
    }
}
