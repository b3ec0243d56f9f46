package dev.penstock.dataplane.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Bodies of requests that are taken as they come. */
class StreamedRequestTest {
    private static final HttpLimits LIMITS = new HttpLimits(256, 512, 64, 2, 5, Duration.ofSeconds(20),
            Duration.ofSeconds(60), Duration.ofSeconds(30));
    private static final String CHUNKED = "POST /up HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final HttpMetrics metrics = new HttpMetrics(new SimpleMeterRegistry(), "test");
    private final List<String> told = new ArrayList<>();
    private final List<Exchange> asked = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private BodyFlow flow;

    StreamedRequestTest() {
        Router router = new Router().streaming("POST", "/up", exchange -> {
            assertThat(exchange.streams()).isTrue();
            asked.add(exchange);
        }).get("/a", exchange -> exchange.send(200, "text/plain", Map.of(), "hello"));
        channel.freezeTime();
        channel.pipeline()
                .addLast(new HttpPipeline(
                        new ConnectionHandler.ServerParts(new RouteTable(router, metrics), LIMITS, metrics,
                                new AnswerPlanner(() -> Instant.EPOCH, Map.of())),
                        new DefaultChannelGroup(GlobalEventExecutor.INSTANCE)));
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void take() {
        flow = asked.getLast().receive(new BodySink() {
            @Override
            public void piece(ByteBuf piece) {
                told.add(piece.toString(StandardCharsets.US_ASCII));
                piece.release();
            }

            @Override
            public void complete() {
                told.add("complete");
            }

            @Override
            public void broken(String reason) {
                told.add("broken: " + reason);
            }
        });
        channel.runPendingTasks();
    }

    private void in(String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
    }

    private String out() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.append(part.toString(StandardCharsets.UTF_8));
            part.release();
        }
        return all.toString();
    }

    private void answer(int status) {
        asked.getLast().send(status, "text/plain", Map.of(), "done");
        channel.runPendingTasks();
    }

    @Test
    void shouldHandOnABodyAsItComesAndKeepTheConnection() {
        in(CHUNKED + "3\r\nabc\r\n");
        assertThat(told).isEmpty();
        take();
        assertThat(told).containsExactly("abc");
        in("2\r\nd");
        in("e\r\n");
        in("0\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(told).containsExactly("abc", "d", "e", "complete");
        assertThat(out()).isEmpty();
        answer(200);
        assertThat(out()).contains("200 OK", "done", "hello").doesNotContain("close");
        assertThat(channel.isActive()).isTrue();
    }

    @Test
    void shouldTakeBodiesAboveTheLimitOfOthers() {
        in("POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n");
        take();
        for (int i = 0; i < 50; i++) {
            in("0123456789".repeat(10));
        }
        assertThat(told).hasSize(51).endsWith("complete");
    }

    @Test
    void shouldHoldTheClientBack() {
        in(CHUNKED);
        take();
        flow.pause();
        in("3\r\nabc\r\n");
        assertThat(told).isEmpty();
        assertThat(channel.config().isAutoRead()).isFalse();
        channel.advanceTimeBy(10, TimeUnit.MINUTES);
        channel.runScheduledPendingTasks();
        assertThat(channel.isActive()).as("it is we who wait").isTrue();
        flow.resume();
        assertThat(told).containsExactly("abc");
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void shouldSay100OnlyWhenTheBodyIsWanted() {
        in("POST /up HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(out()).isEmpty();
        take();
        assertThat(out()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        assertThatThrownBy(() -> take()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldEndTheConnectionWhenItAnswersBeforeTheEnd() {
        in(CHUNKED + "3\r\nabc\r\n");
        answer(403);
        assertThat(out()).contains("403 Forbidden", "connection: close");
        channel.advanceTimeBy(3, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isActive()).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void shouldKeepTheConnectionWhenTheRestIsThere() {
        in(CHUNKED + "3\r\nabc\r\n0\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n");
        answer(403);
        assertThat(out()).contains("403 Forbidden", "hello").doesNotContain("close");
    }

    @Test
    void shouldSayThatTheBodyIsBroken() {
        in(CHUNKED);
        take();
        in("zz\r\nabc");
        assertThat(told).containsExactly("broken: not HTTP");
        assertThat(out()).contains("400 Bad Request", "connection: close");
    }

    @Test
    void shouldNotWaitForASilentClient() {
        in(CHUNKED);
        take();
        channel.advanceTimeBy(19, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        in("1\r\na\r\n");
        channel.advanceTimeBy(19, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(told).containsExactly("a");
        channel.advanceTimeBy(10, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(told).containsExactly("a", "broken: no bytes for 20s");
        assertThat(out()).contains("408 Request Timeout");
    }

    @Test
    void shouldSayThatTheClientIsGone() {
        in(CHUNKED);
        take();
        channel.close();
        assertThat(told).containsExactly("broken: the connection was closed");
    }

    @Test
    void shouldNotStreamOtherRoutes() {
        in("GET /up HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(out()).contains("405 Method Not Allowed", "Allow: OPTIONS, POST", "expected: OPTIONS, POST");
        assertThat(asked).isEmpty();
    }
}
