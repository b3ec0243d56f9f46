package dev.penstock.dataplane.store.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Where a bucket is and how to speak to it.
 *
 * @param endpoint scheme, host and port of the store; empty for AWS by region. User and password in it are refused
 * @param region region, {@code us-east-1} for stores that have none
 * @param bucket bucket
 * @param prefix what every key starts with inside the bucket, without slashes at its ends; empty for none
 * @param pathStyle whether the bucket stands in the path rather than in the host name
 * @param credentials fixed credentials; empty for the SDK's default chain (environment, files, service account, instance)
 * @param timeout longest time of one call, its retries included
 */
public record S3Config(Optional<URI> endpoint, String region, String bucket, String prefix, boolean pathStyle,
        Optional<Credentials> credentials, Duration timeout) {
    /** Longest time of one call when nothing else is said. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    /** Refuses what can never work. */
    public S3Config {
        if (endpoint.isPresent() && endpoint.get().getRawUserInfo() != null) {
            throw new IllegalArgumentException("endpoint: has a user or password (expected: a Secret reference)");
        }
        if (endpoint.isPresent() && (endpoint.get().getHost() == null || endpoint.get().getScheme() == null)) {
            throw new IllegalArgumentException(
                    "endpoint: " + endpoint.get() + " (expected: http or https, and a host)");
        }
        if (bucket.isBlank()) {
            throw new IllegalArgumentException("bucket: empty (expected: a name)");
        }
        if (prefix.startsWith("/") || prefix.endsWith("/")) {
            throw new IllegalArgumentException("prefix: " + prefix + " (expected: no slash at its ends)");
        }
    }

    /**
     * Fixed credentials.
     *
     * @param accessKey access key id
     * @param secretKey secret access key
     * @param sessionToken token that goes with temporary credentials; null for none
     */
    public record Credentials(String accessKey, String secretKey, @Nullable String sessionToken) {
        /** Shows neither part. */
        @Override
        public String toString() {
            return "Credentials[***]";
        }
    }
}
