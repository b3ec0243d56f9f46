package dev.penstock.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.LocalPortForward;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

import dev.penstock.dataplane.store.layout.SegmentName;

/** The bucket of the sample's MinIO, by a forwarded port. The test thread. */
final class Bucket implements AutoCloseable {
    private static final String NAME = "recordings";
    private final LocalPortForward forward;
    private final S3Client client;

    Bucket(NodeCluster cluster) {
        Pod pod = cluster.pods("app", "minio").getFirst();
        Map<String, String> secret = cluster.client().secrets().inNamespace(NodeCluster.NAMESPACE).withName("minio")
                .get()
                .getData();
        forward = cluster.client().pods().resource(pod).portForward(9000);
        client = S3Client.builder().endpointOverride(URI.create("http://127.0.0.1:" + forward.getLocalPort()))
                .region(Region.US_EAST_1).forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials
                        .create(text(secret.get("accessKeyId")), text(secret.get("secretAccessKey")))))
                .build();
    }

    /** All keys, sorted. */
    List<String> keys() {
        return client.listObjectsV2Paginator(r -> r.bucket(NAME)).contents().stream().map(S3Object::key).sorted()
                .toList();
    }

    /** The segments of a recording of all its sessions, as its player plays them. */
    List<SegmentName> segments(String recording) {
        return keys().stream().filter(k -> k.startsWith(NodeCluster.NAMESPACE + "/" + recording + "/"))
                .flatMap(k -> SegmentName.parse(k.substring(k.lastIndexOf('/') + 1)).stream()).toList();
    }

    @Override
    public void close() {
        client.close();
        try {
            forward.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
