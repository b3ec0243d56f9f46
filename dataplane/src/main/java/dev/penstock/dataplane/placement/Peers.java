package dev.penstock.dataplane.placement;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import dev.penstock.wire.RingTable;

/**
 * Asks all other pods that the ring gives partitions to, at once, for what only they know. Any thread; each answer has at most
 * {@value #MOST_BYTES} bytes.
 */
public final class Peers {
    private static final int MOST_BYTES = 4 << 20;

    private final RingView ring;
    private final PeerNames names;
    private final PeerAddresses addresses;
    private final Duration limit;
    private @Nullable HttpClient client;
    private boolean closed;

    /**
     * What the other pods said.
     *
     * @param bodies bodies of answers with status 200, by pod
     * @param missing why a pod has not answered, by pod
     */
    public record Answers(Map<String, byte[]> bodies, SortedMap<String, String> missing) {}

    /**
     * What one pod said.
     *
     * @param status HTTP status; {@link #SILENT} when it said nothing
     * @param text the body, or why there is none
     */
    public record Said(int status, String text) {}

    /** Status of a pod that has not answered. */
    public static final int SILENT = 0;

    Peers(RingView ring, PeerNames names, PeerAddresses addresses, Duration limit) {
        this.ring = ring;
        this.names = names;
        this.addresses = addresses;
        this.limit = limit;
    }

    /**
     * GETs a path from all others. They answer for themselves only, see {@link Relay#isRelayed}. Blocks, for at most a second:
     * for virtual threads.
     */
    public Answers ask(String path) {
        Map<String, byte[]> bodies = new LinkedHashMap<>();
        SortedMap<String, String> missing = new TreeMap<>();
        send("GET", path, Map.of()).forEach((pod, answer) -> {
            try {
                HttpResponse<byte[]> response = answer.join();
                if (response.statusCode() == 200) {
                    bodies.put(pod, response.body());
                } else {
                    missing.put(pod, "it answers with status " + response.statusCode() + " (expected: 200)");
                }
            } catch (CompletionException e) {
                missing.put(pod, reason(e));
            }
        });
        return new Answers(bodies, missing);
    }

    /**
     * Sends all others a request without a body, as {@link #ask} does.
     *
     * @param headers as {@code Authorization}: the others do not take this pod's word for who asks
     * @return by pod
     */
    public SortedMap<String, Said> tell(String method, String path, Map<String, String> headers) {
        SortedMap<String, Said> said = new TreeMap<>();
        send(method, path, headers).forEach((pod, answer) -> {
            try {
                HttpResponse<byte[]> response = answer.join();
                said.put(pod, new Said(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8)));
            } catch (CompletionException e) {
                said.put(pod, new Said(SILENT, reason(e)));
            }
        });
        return said;
    }

    private Map<String, CompletableFuture<HttpResponse<byte[]>>> send(String method, String path,
            Map<String, String> headers) {
        Map<String, CompletableFuture<HttpResponse<byte[]>>> asked = new LinkedHashMap<>();
        for (int ordinal : ring.table().map(RingTable::members).orElse(List.of())) {
            if (ordinal != ring.ordinal()) {
                asked.put(names.pod(ordinal), send(ordinal, method, path, headers));
            }
        }
        return asked;
    }

    private CompletableFuture<HttpResponse<byte[]>> send(int ordinal, String method, String path,
            Map<String, String> headers) {
        CompletableFuture<HttpResponse<byte[]>> answer = new CompletableFuture<HttpResponse<byte[]>>().orTimeout(
                limit.toMillis(),
                TimeUnit.MILLISECONDS);
        if (names.domain().isEmpty()) {
            answer.completeExceptionally(
                    new PeerException("it cannot be found (expected: --peers, or PENSTOCK_PEERS)"));
            return answer;
        }
        addresses.find(names.host(ordinal)).thenAccept(address -> {
            CompletableFuture<HttpResponse<byte[]>> sent = client().sendAsync(request(address, method, path, headers),
                    BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
            answer.whenComplete((body, failure) -> sent.cancel(true));
            sent.thenAccept(answer::complete).exceptionally(failure -> fail(answer, failure));
        }).exceptionally(failure -> fail(answer, failure));
        return answer;
    }

    private static @Nullable Void fail(CompletableFuture<?> answer, Throwable failure) {
        answer.completeExceptionally(failure);
        return null;
    }

    private HttpRequest request(InetAddress address, String method, String path, Map<String, String> headers) {
        try {
            URI uri = new URI("http", null, address.getHostAddress(), names.port(), path, null, null);
            HttpRequest.Builder request = HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody());
            headers.forEach(request::header);
            return request.header(RelayedRequest.RELAY, names.self()).build();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case PeerException e -> String.valueOf(e.getMessage());
            case TimeoutException e -> "it does not answer within " + limit.toMillis() + " ms";
            case ConnectException e -> "it cannot be connected to";
            default -> "it gives no whole answer of at most " + MOST_BYTES + " bytes";
        };
    }

    /** Made when it is first wanted: many pods are never asked. */
    private synchronized HttpClient client() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        if (client == null) {
            client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                    .executor(Executors.newVirtualThreadPerTaskExecutor()).build();
        }
        return client;
    }

    synchronized void close() {
        closed = true;
        if (client != null) {
            client.shutdownNow();
        }
    }
}
