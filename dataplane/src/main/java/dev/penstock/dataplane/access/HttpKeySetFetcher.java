package dev.penstock.dataplane.access;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Fetches key sets over HTTP: without redirects, at most 256 KiB, and 3 s for all of it. Any thread but an event loop. */
public final class HttpKeySetFetcher implements KeySetFetcher, AutoCloseable {
    private static final long MOST_BYTES = 256 << 10;
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration WHOLE = Duration.ofSeconds(3);

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER).executor(Executors.newVirtualThreadPerTaskExecutor()).build();

    @Override
    public String fetch(URI url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url).timeout(WHOLE).header("Accept", "application/json").build();
        // The client's own time-out ends with the head of the answer; a body may drip for ever.
        CompletableFuture<HttpResponse<String>> coming = client.sendAsync(request,
                HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), MOST_BYTES));
        try {
            HttpResponse<String> answer = coming.get(WHOLE.toMillis(), TimeUnit.MILLISECONDS);
            if (answer.statusCode() != 200) {
                throw new IOException("answered " + answer.statusCode() + " (expected: 200)");
            }
            return answer.body();
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + WHOLE.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException("no answer: " + e.getCause().getClass().getSimpleName(), e);
        } finally {
            coming.cancel(true);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
