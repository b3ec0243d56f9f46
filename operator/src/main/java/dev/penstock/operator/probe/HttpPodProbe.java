package dev.penstock.operator.probe;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.penstock.wire.PodReport;

/** {@code GET http://{address}:{port}/pod}. Connections are kept; an answer is at most 64 KiB, a question takes at most a second. */
public final class HttpPodProbe implements PodProbe, AutoCloseable {
    private static final Duration CONNECT = Duration.ofMillis(700);
    private static final Duration ANSWER = Duration.ofSeconds(1);
    private static final int MOST_BYTES = 64 * 1024;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER).build();
    private final ObjectMapper mapper = new ObjectMapper();
    private final int port;

    /** Asks on a port. */
    public HttpPodProbe(int port) {
        this.port = port;
    }

    @Override
    public PodReport ask(String address) throws IOException, InterruptedException {
        URI uri = URI.create("http://" + (address.contains(":") ? "[" + address + "]" : address) + ":" + port + "/pod");
        try {
            HttpResponse<byte[]> response = http.send(HttpRequest.newBuilder(uri).timeout(ANSWER).build(),
                    BodyHandlers.limiting(_ -> BodySubscribers.ofByteArray(), MOST_BYTES));
            if (response.statusCode() != 200) {
                throw new IOException("status " + response.statusCode() + " (expected: 200)");
            }
            PodReport report = mapper.readValue(response.body(), PodReport.class);
            if (report == null) {
                throw new IOException("null (expected: a report)");
            }
            return report;
        } catch (JsonProcessingException e) {
            throw new IOException(uri + " answers with something that is not a report", e);
        } catch (IOException e) {
            String why = Optional.ofNullable(e.getMessage()).orElse("connection refused or cut");
            throw new IOException(uri + " does not answer: " + why, e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
