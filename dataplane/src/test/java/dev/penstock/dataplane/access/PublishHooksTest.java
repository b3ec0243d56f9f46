package dev.penstock.dataplane.access;

import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PublishHooksTest {
    private static final HookQuestion QUESTION = new HookQuestion("rtmp", "ns", "cam", "hunter2", "10.0.0.7");
    private static final long SECOND = 1_780_000_000;

    private final FakeHook server = new FakeHook();
    private final AtomicLong ahead = new AtomicLong();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PublishHooks hooks = new PublishHooks(InstantSource.fixed(Instant.ofEpochSecond(SECOND)),
            () -> System.nanoTime() + ahead.get(), new PublishMetrics(registry));

    @AfterEach
    void close() {
        hooks.close();
        server.close();
    }

    private Hook hook(Duration timeout, Duration cache) {
        return new Hook(server.url(), "signing", timeout, cache);
    }

    private HookAnswer ask() {
        return hooks.ask(hook(Duration.ofSeconds(5), Duration.ZERO), QUESTION);
    }

    @Test
    void shouldAskWithASignatureThatCanBeChecked() throws Exception {
        assertThat(ask()).isEqualTo(new HookAnswer.Allowed());
        FakeHook.Asked asked = server.asked().getFirst();
        assertThat(asked.body()).isEqualTo("{\"action\":\"publish\",\"protocol\":\"rtmp\",\"namespace\":\"ns\","
                + "\"name\":\"cam\",\"key\":\"hunter2\",\"remote\":\"10.0.0.7\"}");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("signing".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        assertThat(asked.signature()).isEqualTo("t=" + SECOND + ",v1="
                + HexFormat.of()
                        .formatHex(mac.doFinal((SECOND + "." + asked.body()).getBytes(StandardCharsets.UTF_8))));

        hooks.ask(new Hook(server.url(), null, Duration.ofSeconds(5), Duration.ZERO),
                new HookQuestion("srt", "ns", "cam", null, "10.0.0.7"));
        assertThat(server.asked().getLast().signature()).isNull();
        assertThat(server.asked().getLast().body()).doesNotContain("key");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "200|{\"allow\": false, \"reason\": \"not\\n today\"}|Denied[reason=not today]",
            "403||Denied[reason=]", "401|x|Denied[reason=]",
            "500||Failed[reason=it answers with status 500 (expected: 200, or 403 for no)]",
            "302||Failed[reason=it answers with status 302 (expected: 200, or 403 for no)]",
            "200|hello|Failed[reason=its answer is no JSON (expected: {\"allow\": true})]",
            "200|[]|Failed[reason=its answer does not say whether (expected: {\"allow\": true})]",
            "200|{\"allow\": \"yes\"}|Failed[reason=its answer does not say whether (expected: {\"allow\": true})]",
            "200|{\"allow\": true, \"renditions\": []}|Failed[reason=its answer has renditions, which is not served yet (expected: allow and reason only)]"})
    void shouldUnderstandAnswers(int status, String body, String expected) {
        server.says(status, body == null ? "" : body);
        assertThat(ask()).hasToString(expected);
    }

    @Test
    void shouldNotReadAnEndlessAnswer() {
        server.says(200, "{\"allow\": true, \"reason\": \"" + "x".repeat(1 << 20) + "\"}");
        assertThat(ask()).isInstanceOf(HookAnswer.Failed.class);
    }

    @Test
    void shouldTakeSilenceAndNobodyForNoAnswer() throws Exception {
        server.hang();
        long start = System.nanoTime();
        assertThat(hooks.ask(hook(Duration.ofMillis(200), Duration.ofMinutes(1)), QUESTION))
                .hasToString("Failed[reason=it does not answer within 200 ms]");
        assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(190));
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThat(hooks.ask(new Hook(URI.create("http://127.0.0.1:" + port + "/?token=hidden"), null,
                Duration.ofSeconds(5), Duration.ofMinutes(1)), QUESTION))
                .hasToString("Failed[reason=it cannot be asked: ConnectException]");
        server.says(200, "{\"allow\": true}");
        assertThat(hooks.ask(hook(Duration.ofSeconds(5), Duration.ofMinutes(1)), QUESTION))
                .as("no answer is not kept").isEqualTo(new HookAnswer.Allowed());
    }

    @Test
    void shouldRememberYesAndNoForAWhile() {
        Hook hook = hook(Duration.ofSeconds(5), Duration.ofMinutes(1));
        server.says(200, "{\"allow\": false, \"reason\": \"late\"}");
        assertThat(hooks.ask(hook, QUESTION)).isEqualTo(hooks.ask(hook, QUESTION));
        assertThat(server.asked()).hasSize(1);
        assertThat(registry.get("penstock.publish.hook.answers").tag("answer", "cached").counter().count()).isOne();
        server.says(200, "{\"allow\": true}");
        assertThat(hooks.ask(hook, new HookQuestion("rtmp", "ns", "cam", "other", "10.0.0.7")))
                .as("another key").isEqualTo(new HookAnswer.Allowed());
        assertThat(hooks.ask(hook, QUESTION)).isEqualTo(new HookAnswer.Denied("late"));
        ahead.addAndGet(TimeUnit.SECONDS.toNanos(61));
        assertThat(hooks.ask(hook, QUESTION)).isEqualTo(new HookAnswer.Allowed());
        hooks.ask(hook(Duration.ofSeconds(5), Duration.ZERO), QUESTION);
        assertThat(server.asked()).as("asked before, and kept").hasSize(3);
    }

    @Test
    void shouldHoldUpNobodyElseWhenOneHangs() {
        server.hang();
        Hook slow = hook(Duration.ofSeconds(20), Duration.ZERO);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor(); FakeHook other = new FakeHook()) {
            List<CompletableFuture<HookAnswer>> waiting = IntStream.range(0, 200)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> hooks.ask(slow, new HookQuestion("rtmp", "ns", "cam" + i, null, "a")), threads))
                    .toList();
            while (server.asked().size() < PublishHooks.MOST_AT_ONCE) {
                Thread.onSpinWait();
            }
            assertThat(hooks.ask(new Hook(other.url(), null, Duration.ofSeconds(5), Duration.ZERO), QUESTION))
                    .isEqualTo(new HookAnswer.Allowed());
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            assertThat(server.asked()).hasSize(PublishHooks.MOST_AT_ONCE);
            server.says(200, "{\"allow\": true}");
            assertThat(waiting).allSatisfy(w -> assertThat(w.join()).isEqualTo(new HookAnswer.Allowed()));
        }
    }

    @Test
    void shouldHideSecrets() {
        assertThat(hook(Duration.ofSeconds(1), Duration.ZERO) + " " + QUESTION).doesNotContain("signing", "hidden",
                "hunter2");
    }
}
