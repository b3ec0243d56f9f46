package dev.penstock.dataplane.notify;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Targets that work, hang, fail and reset, each a real server. */
class NotificationsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final NotifyLimits QUICK = new NotifyLimits(4, 3, Duration.ofMillis(4), Duration.ofMillis(8),
            Duration.ofSeconds(5), Duration.ofSeconds(2));

    private static final Map<String, String> KEYS = Map.of("tv/hook", "s3cret", "tv/empty", "");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();
    private final List<AutoCloseable> ends = new ArrayList<>();
    private final Notifications notifications = new Notifications("pod-0",
            name -> Optional.ofNullable(KEYS.get(name)), () -> NOW, nanos::get,
            new Random(1), QUICK, new NotifyMetrics(registry));

    /** A request's head and body. */
    private record Got(String head, String body) {
        String header(String name) {
            Matcher line = Pattern.compile("(?im)^" + name + ": (.*)$").matcher(head);
            return line.find() ? line.group(1).strip() : "";
        }
    }

    /** A server that reads one request a connection and does what a script says: a status, HANG or RESET. */
    private final class Hook {
        private static final int HANG = -1;
        private static final int RESET = -2;
        private final BlockingQueue<Got> got = new LinkedBlockingQueue<>();
        private final List<Integer> script = new CopyOnWriteArrayList<>();
        private final ServerSocket server;

        Hook(Integer... answers) throws IOException {
            script.addAll(List.of(answers));
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            ends.add(server);
            Thread.ofVirtual().start(() -> {
                while (!server.isClosed()) {
                    try {
                        Socket socket = server.accept();
                        ends.add(socket);
                        serve(socket);
                    } catch (IOException e) {
                        continue;
                    }
                }
            });
        }

        private void serve(Socket socket) throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) socket.getInputStream().read());
            }
            Matcher length = Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
            int size = length.find() ? Integer.parseInt(length.group(1)) : 0;
            String body = new String(socket.getInputStream().readNBytes(size), StandardCharsets.UTF_8);
            int answer = script.size() > 1 ? script.removeFirst() : script.getFirst();
            if (answer > 0) {
                socket.getOutputStream().write(("HTTP/1.1 " + answer
                        + " X\r\nConnection: close\r\nContent-Length: 1000000000\r\n\r\nendless")
                        .getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
            } else if (answer == RESET) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
            got.add(new Got(head.toString(), body));
        }

        Target target(String secret, String... events) {
            return new Target(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/hook?x=1"),
                    Optional.ofNullable(secret), Set.of(events), Optional.empty());
        }

        Got next() throws InterruptedException {
            Got next = got.poll(10, TimeUnit.SECONDS);
            assertThat(next).as("a request").isNotNull();
            return next;
        }
    }

    @AfterEach
    void stop() throws Exception {
        notifications.close();
        for (AutoCloseable end : ends) {
            end.close();
        }
    }

    private double count(String outcome) {
        return registry.get("penstock.notify.events").tag("outcome", outcome).counter().count();
    }

    private void await(String outcome, double expected) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (count(outcome) < expected && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertThat(count(outcome)).as(outcome).isEqualTo(expected);
    }

    @Test
    void shouldPostASignedCloudEvent() throws Exception {
        Hook hook = new Hook(200);
        notifications.apply("tv/one", List.of(hook.target("tv/hook", "SourceUp")));
        notifications.tell("tv/one", "SourceDown", Map.of("reason", "not wanted here"));
        notifications.tell("tv/two", "SourceUp", Map.of());
        notifications.tell("tv/one", "SourceUp", Map.of("protocol", "udp"));
        Got got = hook.next();
        assertThat(got.head()).startsWith("POST /hook?x=1 HTTP/1.1");
        assertThat(got.header("Content-Type")).isEqualTo("application/cloudevents+json");
        JsonNode event = new ObjectMapper().readTree(got.body());
        String id = event.path("id").asText();
        assertThat(got.body()).isEqualTo("{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"penstock/pod-0\","
                + "\"type\":\"dev.penstock.SourceUp\",\"subject\":\"tv/one\",\"time\":\"2026-11-21T12:00:00Z\","
                + "\"datacontenttype\":\"application/json\",\"data\":{\"protocol\":\"udp\"}}");
        assertThat(got.header("webhook-id")).isEqualTo(id);
        assertThat(got.header("webhook-timestamp")).isEqualTo(String.valueOf(NOW.getEpochSecond()));
        assertThat(got.header("webhook-signature")).isEqualTo(
                Signature.of("s3cret", id, NOW.getEpochSecond(), got.body().getBytes(StandardCharsets.UTF_8)));
        await("delivered", 1);
        assertThat(hook.got).isEmpty();
    }

    @Test
    void shouldSignAsStandardWebhooksDo() {
        assertThat(Signature.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assertThat(Signature.of("whsec_", "1", 1, new byte[0])).as("no key behind the prefix").startsWith("v1,");
    }

    @Test
    void shouldTryAgainWithTheSameIdWhenTheTargetFailsHangsOrResets() throws Exception {
        Hook hook = new Hook(500, Hook.RESET, 200);
        notifications.apply("tv/one", List.of(hook.target(null, "SourceUp")));
        notifications.tell("tv/one", "SourceUp", Map.of());
        Got first = hook.next();
        assertThat(first.header("webhook-signature")).isEmpty();
        assertThat(hook.next().header("webhook-id")).isEqualTo(first.header("webhook-id"));
        assertThat(hook.next().header("webhook-id")).isEqualTo(first.header("webhook-id"));
        await("delivered", 1);
        assertThat(count("retried")).isEqualTo(2);
    }

    @Test
    void shouldGiveUpAfterSoManyTriesAndAtOnceWhenItIsNotWanted() throws Exception {
        Hook failing = new Hook(503);
        notifications.apply("tv/one", List.of(failing.target(null, "SourceUp")));
        notifications.tell("tv/one", "SourceUp", Map.of());
        await("failed", 1);
        for (int i = 0; i < QUICK.attempts(); i++) {
            failing.next();
        }
        assertThat(failing.got).isEmpty();
        Hook gone = new Hook(410);
        notifications.apply("tv/two", List.of(gone.target(null, "SourceUp")));
        notifications.tell("tv/two", "SourceUp", Map.of());
        await("failed", 2);
        gone.next();
        assertThat(gone.got).isEmpty();
    }

    @Test
    void shouldHoldUpNobodyElseAndDropTheOldestWhenATargetHangs() throws Exception {
        Hook hanging = new Hook(Hook.HANG);
        Hook well = new Hook(200);
        notifications.apply("tv/one", List.of(hanging.target(null, "SourceUp"), well.target(null, "SourceUp")));
        for (int i = 0; i < 3; i++) {
            notifications.tell("tv/one", "SourceUp", Map.of("n", i));
            assertThat(well.next().body()).contains("\"n\":" + i);
        }
        hanging.next();
        for (int i = 3; i < 13; i++) {
            notifications.tell("tv/one", "SourceUp", Map.of("n", i));
        }
        assertThat(count("dropped")).isGreaterThanOrEqualTo(6);
        assertThat(registry.get("penstock.notify.waiting").gauge().value()).isLessThanOrEqualTo(2.0 * QUICK.queue());
    }

    @Test
    void shouldSendNothingUnsignedThatIsToBeSigned() throws Exception {
        Hook hook = new Hook(200);
        notifications.apply("tv/one", List.of(hook.target("tv/missing", "SourceUp")));
        notifications.tell("tv/one", "SourceUp", Map.of());
        await("failed", 1);
        assertThat(hook.got).isEmpty();
    }

    @Test
    void shouldGoOnBehindAnEventThatAnEmptyKeyCannotSign() throws Exception {
        Hook hook = new Hook(200);
        notifications.apply("tv/one", List.of(hook.target("tv/empty", "SourceUp")));
        notifications.tell("tv/one", "SourceUp", Map.of());
        await("failed", 1);
        notifications.tell("tv/one", "SourceUp", Map.of());
        await("failed", 2);
        assertThat(hook.got).isEmpty();
    }

    @Test
    void shouldSendHeartbeatsWhenTheyAreDue() throws Exception {
        Hook hook = new Hook(200);
        Target beating = new Target(hook.target(null).url(), Optional.empty(), Set.of(),
                Optional.of(Duration.ofSeconds(10)));
        notifications.apply("tv/one", List.of(beating));
        notifications.beat();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
        notifications.apply("tv/one", List.of(beating));
        notifications.beat();
        notifications.beat();
        assertThat(hook.next().body()).contains("\"type\":\"dev.penstock.Heartbeat\"");
        await("delivered", 1);
        notifications.remove("tv/one");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
        notifications.beat();
        assertThat(registry.get("penstock.notify.waiting").gauge().value()).isZero();
    }
}
