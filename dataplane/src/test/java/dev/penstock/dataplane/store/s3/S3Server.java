package dev.penstock.dataplane.store.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** An S3 server in this process. Its objects stay when it is stopped and started again. */
public final class S3Server implements AutoCloseable {
    /** Its only bucket. */
    public static final String BUCKET = "media";

    private final BlobStore objects = new TransientNio2BlobStore();
    private int port;
    private S3Proxy proxy;

    /** Starts a server on a free port. */
    public S3Server() throws Exception {
        start();
        try (S3Client client = S3Client.builder().endpointOverride(endpoint()).forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")))
                .build()) {
            client.createBucket(bucket -> bucket.bucket(BUCKET));
        }
    }

    /** Starts it again on the same port. */
    public void start() throws Exception {
        proxy = S3Proxy.builder().blobStore(objects).endpoint(endpoint())
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "access", "secret").ignoreUnknownHeaders(true)
                .stopTimeout(0).build();
        proxy.start();
        port = proxy.getPort();
    }

    /** Stops it: connections are refused. */
    public void stop() throws Exception {
        proxy.stop();
    }

    /** How to reach it. */
    public S3Config config(String accessKey, String secretKey, String prefix) {
        return new S3Config(Optional.of(endpoint()), "us-east-1", BUCKET, prefix, true,
                Optional.of(new S3Config.Credentials(accessKey, secretKey, null)), Duration.ofSeconds(10));
    }

    /** Opens it with the right credentials. */
    public S3ObjectStore open(String prefix) {
        return new S3ObjectStore(config("access", "secret", prefix));
    }

    /** Where it listens. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
