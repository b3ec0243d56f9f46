package dev.penstock.dataplane.store.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

import dev.penstock.dataplane.store.ByteRange;
import dev.penstock.dataplane.store.Content;
import dev.penstock.dataplane.store.Keys;
import dev.penstock.dataplane.store.ObjectInfo;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.PutOptions;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoreException.Kind;
import dev.penstock.dataplane.store.StoreProbe;
import dev.penstock.dataplane.store.StoredObject;

/**
 * Objects in a bucket of S3 or of a store that speaks its protocol. Requests carry no checksum trailers and are not chunked,
 * because many such stores refuse them; the SDK tries a call twice at most, longer patience is the caller's.
 */
public final class S3ObjectStore implements ObjectStore {
    private static final int CONNECTIONS = 64;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int ATTEMPTS = 2;

    private final S3Config config;
    private final String prefix;
    private final String name;
    private final S3Client client;

    /** @param config where the bucket is; nothing is contacted yet */
    public S3ObjectStore(S3Config config) {
        this.config = config;
        this.prefix = config.prefix().isEmpty() ? "" : config.prefix() + "/";
        this.name = "bucket " + config.bucket()
                + config.endpoint().map(uri -> " at " + uri.getHost() + (uri.getPort() > 0 ? ":" + uri.getPort() : ""))
                        .orElse(" in " + config.region());
        this.client = client(config);
    }

    private static S3Client client(S3Config config) {
        S3ClientBuilder builder = S3Client.builder().region(Region.of(config.region()))
                .httpClientBuilder(Apache5HttpClient.builder().maxConnections(CONNECTIONS)
                        .connectionTimeout(CONNECT_TIMEOUT).socketTimeout(config.timeout()))
                .overrideConfiguration(
                        o -> o.apiCallTimeout(config.timeout()).apiCallAttemptTimeout(config.timeout())
                                .retryStrategy(StandardRetryStrategy.builder().maxAttempts(ATTEMPTS).build()))
                .serviceConfiguration(
                        s -> s.pathStyleAccessEnabled(config.pathStyle()).chunkedEncodingEnabled(false))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        config.endpoint().map(URI::toString).map(URI::create).ifPresent(builder::endpointOverride);
        config.credentials().ifPresent(c -> builder.credentialsProvider(
                StaticCredentialsProvider.create(c.sessionToken() == null
                        ? AwsBasicCredentials.create(c.accessKey(), c.secretKey())
                        : AwsSessionCredentials.create(c.accessKey(), c.secretKey(), c.sessionToken()))));
        return builder.build();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ObjectInfo put(String key, Content content, PutOptions options) throws StoreException {
        PutObjectRequest.Builder request = PutObjectRequest.builder().bucket(config.bucket())
                .key(prefix + Keys.check(key)).contentType(options.contentType());
        if (!options.cacheControl().isEmpty()) {
            request.cacheControl(options.cacheControl());
        }
        if (options.gzip()) {
            request.contentEncoding("gzip");
        }
        RequestBody body = body(key, content, options.gzip());
        call("store " + key, () -> client.putObject(request.build(), body));
        ObjectInfo stored = head(key).orElseThrow(() -> new StoreException(Kind.UNAVAILABLE,
                name + ": stored " + key + ", but it is not there", null));
        long sent = body.optionalContentLength().orElse(stored.bytes());
        if (stored.bytes() != sent) {
            throw new StoreException(Kind.UNAVAILABLE,
                    name + ": stored " + key + " has " + stored.bytes() + " bytes (expected: " + sent + ")", null);
        }
        return stored;
    }

    @Override
    public StoredObject get(String key, @Nullable ByteRange range) throws StoreException {
        Keys.check(key);
        ResponseInputStream<GetObjectResponse> in = call("read " + key,
                () -> client.getObject(get -> get.bucket(config.bucket()).key(prefix + key)
                        .range(range == null ? null : header(range))));
        GetObjectResponse head = in.response();
        long bytes = head.contentLength();
        return new StoredObject(new AbortingStream(in, bytes), bytes, total(head), encoding(head));
    }

    @Override
    public Optional<ObjectInfo> head(String key) throws StoreException {
        Keys.check(key);
        try {
            HeadObjectResponse head = client.headObject(h -> h.bucket(config.bucket()).key(prefix + key));
            return Optional.of(new ObjectInfo(key, head.contentLength(), head.lastModified()));
        } catch (S3Exception e) {
            if (e.statusCode() == 404) {
                return Optional.empty();
            }
            throw S3Faults.of(name, "look at " + key, e);
        } catch (SdkException e) {
            throw S3Faults.of(name, "look at " + key, e);
        }
    }

    @Override
    public List<ObjectInfo> list(String keyPrefix, String startAfter, int limit) throws StoreException {
        Keys.checkPrefix(keyPrefix);
        ListObjectsV2Response page = call("list " + keyPrefix,
                () -> client.listObjectsV2(l -> l.bucket(config.bucket()).prefix(prefix + keyPrefix).maxKeys(limit)
                        .startAfter(startAfter.isEmpty() ? null : prefix + startAfter)));
        return page.contents().stream()
                .map(o -> new ObjectInfo(o.key().substring(prefix.length()), o.size(), o.lastModified())).toList();
    }

    @Override
    public List<String> folders(String keyPrefix) throws StoreException {
        Keys.checkPrefix(keyPrefix);
        String full = prefix + keyPrefix;
        List<String> names = new ArrayList<>();
        String[] token = new String[1];
        do {
            ListObjectsV2Response page = call("list " + keyPrefix, () -> client.listObjectsV2(
                    l -> l.bucket(config.bucket()).prefix(full).delimiter("/").continuationToken(token[0])));
            for (CommonPrefix common : page.commonPrefixes()) {
                names.add(common.prefix().substring(full.length(), common.prefix().length() - 1));
            }
            token[0] = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
        } while (token[0] != null);
        return names;
    }

    @Override
    public void delete(String key) throws StoreException {
        Keys.check(key);
        call("delete " + key, () -> client.deleteObject(d -> d.bucket(config.bucket()).key(prefix + key)));
    }

    @Override
    public void check() throws StoreException {
        StoreProbe.run(this);
    }

    @Override
    public void close() {
        client.close();
    }

    private <T> T call(String what, Supplier<T> call) throws StoreException {
        try {
            return call.get();
        } catch (SdkException e) {
            throw S3Faults.of(name, what, e);
        }
    }

    private RequestBody body(String key, Content content, boolean gzip) throws StoreException {
        try {
            return switch (content) {
                case Content.OfBytes of -> RequestBody.fromBytes(gzip ? gzip(of.bytes()) : of.bytes());
                case Content.OfFile of when gzip -> RequestBody.fromBytes(gzip(Files.readAllBytes(of.path())));
                case Content.OfFile of -> RequestBody.fromFile(of.path());
            };
        } catch (IOException | SdkException e) {
            throw new StoreException(Kind.INVALID, name + ": cannot read what to store under " + key, e);
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 4 + 64);
        try (GZIPOutputStream stream = new GZIPOutputStream(out)) {
            stream.write(bytes);
        }
        return out.toByteArray();
    }

    private static String header(ByteRange range) {
        return "bytes=" + range.first() + "-" + (range.last() == Long.MAX_VALUE ? "" : range.last());
    }

    private static long total(GetObjectResponse head) {
        String range = head.contentRange();
        int slash = range == null ? -1 : range.lastIndexOf('/');
        return slash < 0 || range.endsWith("*") ? head.contentLength() : Long.parseLong(range.substring(slash + 1));
    }

    private static String encoding(GetObjectResponse head) {
        return head.contentEncoding() != null && head.contentEncoding().contains("gzip") ? "gzip" : "";
    }
}
