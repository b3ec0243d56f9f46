package dev.penstock.dataplane.api;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.http.HttpLimits;
import dev.penstock.dataplane.http.HttpMetrics;
import dev.penstock.dataplane.http.HttpServer;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.http.Transport;

import static org.assertj.core.api.Assertions.assertThat;

class BackgroundHandlerTest {
    @Test
    void shouldBoundWhatRunsAndWhatWaitsAndServeOthersMeanwhile() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Router router = new Router().get("/slow", new BackgroundHandler("text/plain", Map.of(), 2, exchange -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            await(go);
            running.decrementAndGet();
            return "done";
        })).get("/fast", exchange -> exchange.send(200, "text/plain", Map.of(), "fast"));
        Transport transport = Transport.open(1, "test");
        HttpServer server = HttpServer.start(transport, router, HttpLimits.DEFAULTS,
                new HttpMetrics(new SimpleMeterRegistry(), "test"), InstantSource.system(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        String base = "http://127.0.0.1:" + server.address().getPort();
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 2 + BackgroundHandler.WAITING + 5; i++) {
                answers.add(client.sendAsync(HttpRequest.newBuilder(URI.create(base + "/slow")).build(),
                        BodyHandlers.discarding()).thenApply(HttpResponse::statusCode));
            }
            HttpResponse<String> fast = client.send(HttpRequest.newBuilder(URI.create(base + "/fast")).build(),
                    BodyHandlers.ofString());
            assertThat(fast.body()).isEqualTo("fast");
            CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
            go.countDown();
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
            assertThat(answers).filteredOn(answer -> answer.join() == 200)
                    .hasSizeGreaterThan(BackgroundHandler.WAITING);
            assertThat(answers).filteredOn(answer -> answer.join() == 503).hasSizeBetween(1, 5);
            assertThat(most).hasValue(2);
        }
        server.stop(Duration.ZERO).join();
        transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
