package dev.penstock.dataplane.store.s3;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

import dev.penstock.dataplane.store.Content;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.ObjectStoreContract;
import dev.penstock.dataplane.store.PutOptions;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoreException.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class S3ObjectStoreIT extends ObjectStoreContract {
    private S3Server server;

    @Override
    protected ObjectStore open() throws Exception {
        server = new S3Server();
        return server.open("team/video");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldKeepHeadersAndPrefix() throws Exception {
        try (ObjectStore store = server.open("pre/fix")) {
            store.put("x/media.m3u8", Content.bytes("#EXTM3U\n".repeat(100).getBytes(StandardCharsets.UTF_8)),
                    PutOptions.text("application/vnd.apple.mpegurl", "max-age=5"));
        }
        try (S3Client client = S3Client.builder().endpointOverride(server.endpoint()).forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")))
                .build()) {
            HeadObjectResponse head = client.headObject(h -> h.bucket(S3Server.BUCKET).key("pre/fix/x/media.m3u8"));
            assertThat(head.contentEncoding()).isEqualTo("gzip");
            assertThat(head.contentType()).isEqualTo("application/vnd.apple.mpegurl");
            assertThat(head.cacheControl()).isEqualTo("max-age=5");
            assertThat(head.contentLength()).isLessThan(200);
        }
    }

    @Test
    void shouldSayRefusedWithoutSecretsWhenTheKeyIsWrong() {
        try (ObjectStore store = new S3ObjectStore(server.config("access", "wrong-secret-4711", ""))) {
            assertThatExceptionOfType(StoreException.class).isThrownBy(store::check).satisfies(e -> {
                assertThat(e.kind()).isEqualTo(Kind.REFUSED);
                assertThat(e).hasMessageStartingWith("bucket media at 127.0.0.1:").hasMessageContaining("HTTP 403");
                assertThat(e.toString()).doesNotContain("4711");
            });
        }
        assertThat(server.config("access", "wrong-secret-4711", "").toString()).doesNotContain("4711");
    }

    @Test
    void shouldSayNotFoundWhenTheBucketIsMissing() {
        S3Config config = new S3Config(Optional.of(server.endpoint()), "us-east-1", "nothing-here", "", true,
                Optional.of(new S3Config.Credentials("access", "secret", null)), Duration.ofSeconds(5));
        try (ObjectStore store = new S3ObjectStore(config)) {
            assertThatExceptionOfType(StoreException.class).isThrownBy(store::check)
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND))
                    .withMessageContaining("nothing-here").withMessageContaining("HTTP 404 NoSuchBucket");
        }
    }

    @Test
    void shouldSayUnavailableWhenNobodyListens() throws Exception {
        try (ObjectStore store = server.open("")) {
            server.stop();
            assertThatExceptionOfType(StoreException.class).isThrownBy(store::check)
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
            server.start();
            store.check();
        }
    }
}
