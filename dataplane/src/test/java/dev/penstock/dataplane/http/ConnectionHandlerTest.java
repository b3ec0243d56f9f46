package dev.penstock.dataplane.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ConnectionHandlerTest {
    private static final HttpLimits LIMITS = new HttpLimits(256, 512, 64, 2, 5, Duration.ofSeconds(20),
            Duration.ofSeconds(60), Duration.ofSeconds(30));
    private static final String GET_A = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final HttpMetrics metrics = new HttpMetrics(registry, "test");
    private final Router router = new Router();
    private final List<Exchange> waiting = new ArrayList<>();
    private final List<EmbeddedChannel> channels = new ArrayList<>();

    @AfterEach
    void closeChannels() {
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    private EmbeddedChannel open() {
        RouteTable routes = new RouteTable(router, metrics);
        AnswerPlanner planner = new AnswerPlanner(() -> Instant.parse("2026-11-21T12:00:00Z"),
                Map.of("Penstock-Pod", "cams-1"));
        HttpPipeline pipeline = new HttpPipeline(
                new ConnectionHandler.ServerParts(routes, LIMITS, metrics, planner),
                new DefaultChannelGroup(GlobalEventExecutor.INSTANCE));
        EmbeddedChannel channel = new EmbeddedChannel();
        channels.add(channel);
        channel.freezeTime();
        channel.pipeline().addLast(pipeline);
        return channel;
    }

    private Router text(String pattern, String body) {
        return router.get(pattern, exchange -> exchange.send(200, "text/plain", Map.of(), body));
    }

    private static void in(EmbeddedChannel channel, String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
    }

    private static String out(EmbeddedChannel channel) {
        StringBuilder all = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.append(part.toString(StandardCharsets.UTF_8));
            part.release();
        }
        return all.toString();
    }

    @Test
    void shouldAnswerWhenTheRequestArrivesByteByByte() {
        text("/a", "hello");
        EmbeddedChannel channel = open();
        for (char c : GET_A.toCharArray()) {
            assertThat(out(channel)).isEmpty();
            in(channel, String.valueOf(c));
        }
        assertThat(out(channel)).startsWith("HTTP/1.1 200 OK\r\n").contains("content-length: 5", "hello",
                "date: Sat, 21 Nov 2026 12:00:00 GMT", "Penstock-Pod: cams-1", "access-control-allow-origin: *")
                .endsWith("\r\n\r\nhello");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void shouldLeadPathsWithoutARouteElsewhere() {
        router.get("/live/{name}/stream.ts", exchange -> exchange.send(200, "text/plain", Map.of(),
                exchange.param("name") + " " + exchange.target() + " " + exchange.query("q").orElse("")));
        text("/a", "a route");
        router.otherwise(path -> switch (path) {
            case "/a" -> Optional.of(new Router.Detour("/live/none/stream.ts", false));
            case "/pipe.ts" -> Optional.of(new Router.Detour("/live/cam/stream.ts", false));
            case "/tv.m3u8" -> Optional.of(new Router.Detour("/live/cam/stream.ts", true));
            case "/lost" -> Optional.of(new Router.Detour("/nowhere", false));
            default -> Optional.empty();
        });
        EmbeddedChannel channel = open();
        in(channel, "GET /pipe.ts?q=a%20b HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(out(channel)).startsWith("HTTP/1.1 200 ").endsWith("cam /live/cam/stream.ts?q=a%20b a b");
        in(channel, "GET /tv.m3u8?q=a%20b HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(out(channel)).startsWith("HTTP/1.1 307 ").contains("Location: /live/cam/stream.ts?q=a%20b\r\n");
        in(channel, GET_A);
        assertThat(out(channel)).endsWith("a route");
        in(channel, "GET /lost HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(out(channel)).startsWith("HTTP/1.1 404 ");
        in(channel, "DELETE /tv.m3u8 HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(out(channel)).startsWith("HTTP/1.1 405 ");
    }

    @Test
    void shouldAnswerPipelinedRequestsInOrderWhenTheFirstIsTheSlowest() {
        router.get("/slow", waiting::add);
        text("/a", "second");
        EmbeddedChannel channel = open();
        in(channel, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + GET_A);
        assertThat(out(channel)).isEmpty();
        waiting.getFirst().send(200, "text/plain", Map.of(), "first");
        assertThat(out(channel)).containsSubsequence("200 OK", "first", "200 OK", "second");
    }

    @Test
    void shouldStopReadingWhenMuchIsPipelinedAndGoOnAfterwards() {
        router.get("/slow", waiting::add);
        EmbeddedChannel channel = open();
        String request = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
        in(channel, request.repeat(40));
        assertThat(channel.config().isAutoRead()).isFalse();
        for (int i = 0; i < 5; i++) {
            waiting.get(i).send(200, "text/plain", Map.of(), "x");
        }
        assertThat(waiting).hasSize(5);
        assertThat(out(channel)).containsOnlyOnce("connection: close");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void shouldNotOverflowTheStackWhenManyRequestsComeAtOnce() {
        text("/a", "x");
        HttpLimits many = new HttpLimits(256, 512, 64, 2, 100_000, LIMITS.requestTimeout(), LIMITS.idleTimeout(),
                LIMITS.writeTimeout());
        EmbeddedChannel channel = new EmbeddedChannel(new HttpPipeline(
                new ConnectionHandler.ServerParts(new RouteTable(router, metrics), many, metrics,
                        new AnswerPlanner(() -> Instant.EPOCH, Map.of())),
                new DefaultChannelGroup(GlobalEventExecutor.INSTANCE)));
        channels.add(channel);
        in(channel, GET_A.repeat(20_000));
        assertThat(registry.get("penstock.http.requests").tag("route", "/a").tag("status", "2xx").counter().count())
                .isEqualTo(20_000);
    }

    @ParameterizedTest
    @CsvSource({"GET /"
            + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1, 414",
            "nonsense, 400", "GET /a HTTP/1.1|no colon here, 400",
            "POST /p HTTP/1.1|Host: x|Content-Length: 1|Content-Length: 2, 400",
            "POST /p HTTP/1.1|Host: x|Content-Length: x, 400", "POST /p HTTP/1.1|Host: x|Content-Length: 65, 413",
            "GET /a HTTP/1.1, 400", "GET /a HTTP/1.1|Host: x|Host: y, 400",
            "GET /nothing HTTP/1.1|Host: x, 404", "DELETE /a HTTP/1.1|Host: x, 405",
            "GET /a//b HTTP/1.1|Host: x, 400", "GET /a/../a HTTP/1.1|Host: x, 400",
            "GET /%2e%2E/a HTTP/1.1|Host: x, 400", "GET /a%00 HTTP/1.1|Host: x, 400",
            "GET /a%2fb HTTP/1.1|Host: x, 400", "GET /a%zz HTTP/1.1|Host: x, 400", "GET /%ff HTTP/1.1|Host: x, 400",
            "GET /a%2 HTTP/1.1|Host: x, 400", "GET /a\\b HTTP/1.1|Host: x, 400", "GET /a?q=%zz HTTP/1.1|Host: x, 400",
            "CONNECT x:1 HTTP/1.1|Host: x, 400"})
    void shouldRefuseWhenTheRequestIsBad(String head, int status) {
        text("/a", "hello").route("POST", "/p", exchange -> exchange.send(200, "text/plain", Map.of(), "ok"));
        EmbeddedChannel channel = open();
        in(channel, head.replace("|", "\r\n") + "\r\n\r\n");
        assertThat(out(channel)).startsWith("HTTP/1.1 " + status + " ").contains("{\"status\":" + status + ",");
    }

    @Test
    void shouldRefuseAndCloseWhenHeadersAreTooLarge() {
        EmbeddedChannel channel = open();
        in(channel, "GET /a HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(600) + "\r\n\r\n");
        assertThat(out(channel)).startsWith("HTTP/1.1 431 ").contains("connection: close");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void shouldRefuseWhenAChunkedBodyGrowsTooLarge() {
        router.route("PUT", "/p", exchange -> exchange.send(200, "text/plain", Map.of(), "ok"));
        EmbeddedChannel channel = open();
        in(channel, "PUT /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        in(channel, "20\r\n" + "a".repeat(32) + "\r\n");
        assertThat(out(channel)).isEmpty();
        in(channel, "21\r\n" + "a".repeat(33) + "\r\n");
        assertThat(out(channel)).startsWith("HTTP/1.1 413 ").contains("at most 64 bytes");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void shouldGiveTheBodyToTheHandlerWhenItArrivesInPieces() {
        List<String> bodies = new ArrayList<>();
        router.route("POST", "/p/{id}", exchange -> {
            bodies.add(exchange.param("id") + "=" + exchange.body().toString(StandardCharsets.UTF_8));
            waiting.add(exchange);
        });
        EmbeddedChannel channel = open();
        in(channel, "POST /p/7 HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nExpect: 100-continue\r\n\r\n");
        assertThat(out(channel)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        in(channel, "abc");
        in(channel, "def");
        assertThat(bodies).containsExactly("7=abcdef");
        ByteBuf body = waiting.getFirst().body();
        assertThat(body.refCnt()).isOne();
        waiting.getFirst().send(204, "", Map.of(), Unpooled.EMPTY_BUFFER);
        assertThat(out(channel)).startsWith("HTTP/1.1 204 ").doesNotContain("content-length");
        assertThat(body.refCnt()).isZero();
    }

    @Test
    void shouldAnswerWithoutDetailsWhenAHandlerThrows() {
        router.get("/a", exchange -> {
            throw new IllegalStateException("secret detail");
        });
        router.get("/b", exchange -> {
            throw new HttpError(403, "not \"yours\"\n");
        });
        EmbeddedChannel channel = open();
        in(channel, GET_A);
        assertThat(out(channel)).startsWith("HTTP/1.1 500 ").contains("{\"status\":500,\"error\":\"internal error\"}")
                .doesNotContain("secret");
        in(channel, "GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(out(channel)).contains("{\"status\":403,\"error\":\"not \\\"yours\\\"\\u000a\"}");
        in(channel, "GET /b HTTP/1.1\r\nHost: x\r\nAccept: text/html,*/*\r\n\r\n");
        assertThat(out(channel)).contains("content-type: text/plain; charset=utf-8").endsWith("403 not \"yours\"\n\n");
    }

    @Test
    void shouldCloseWhenAHandlerThrowsAfterTakingOver() {
        router.get("/a", exchange -> {
            exchange.takeOver("video/mp2t", Map.of());
            throw new IllegalStateException("lost");
        });
        EmbeddedChannel channel = open();
        in(channel, GET_A);
        assertThat(channel.isOpen()).isFalse();
        out(channel);
    }

    @Test
    void shouldDecodePathQueryAndAbsoluteTargets() {
        router.get("/f/{name}.ts/{rest...}", exchange -> exchange.send(200, "text/plain", Map.of(),
                exchange.param("name") + "|" + exchange.param("rest") + "|" + exchange.query("a").orElse("?") + "|"
                        + exchange.query("b").isPresent() + "|" + exchange.path()));
        EmbeddedChannel channel = open();
        in(channel, "GET http://x/f/%C3%A4+b.ts/c/d%20e?a=1%202&a=3 HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(out(channel)).endsWith("\u00e4+b|c/d e|1 2|false|/f/\u00e4+b.ts/c/d e");
    }

    @Test
    void shouldCloseAfterTheAnswerWhenTheClientSpeaksHttp10() {
        text("/a", "old");
        EmbeddedChannel channel = open();
        in(channel, "GET /a HTTP/1.0\r\n\r\n");
        assertThat(out(channel)).contains("connection: close").endsWith("old");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void shouldReleaseAndThrowWhenAnsweredTwice() {
        router.get("/a", waiting::add);
        EmbeddedChannel channel = open();
        in(channel, GET_A);
        Exchange exchange = waiting.getFirst();
        exchange.send(200, "text/plain", Map.of(), "once");
        ByteBuf second = Unpooled.copiedBuffer("twice", StandardCharsets.UTF_8);
        assertThatThrownBy(() -> exchange.send(200, "text/plain", Map.of(), second))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> exchange.fail(new HttpError(404, "no"))).isInstanceOf(IllegalStateException.class);
        assertThat(second.refCnt()).isZero();
        assertThat(out(channel)).endsWith("once");
    }

    @Test
    void shouldAnswer500WhenAHandlersHeadersAreBroken() {
        router.get("/a", exchange -> exchange.send(200, "text/plain", Map.of("X-Y", "a\r\nSet-Cookie: b"), "body"));
        EmbeddedChannel channel = open();
        in(channel, GET_A);
        assertThat(out(channel)).startsWith("HTTP/1.1 500 ").doesNotContain("Set-Cookie");
    }

    @Test
    void shouldReleaseTheBodyAndRunCloseActionsWhenTheClientLeavesEarly() {
        router.get("/a", waiting::add);
        EmbeddedChannel channel = open();
        in(channel, GET_A);
        AtomicInteger closed = new AtomicInteger();
        waiting.getFirst().onClose(closed::incrementAndGet);
        channel.close();
        waiting.getFirst().onClose(closed::incrementAndGet);
        assertThat(closed).hasValue(2);
        ByteBuf late = Unpooled.copiedBuffer("late", StandardCharsets.UTF_8);
        waiting.getFirst().send(200, "text/plain", Map.of(), late);
        assertThat(late.refCnt()).isZero();
    }

    @Test
    void shouldForgetCloseActionsWhenAnswered() {
        router.get("/a", waiting::add);
        EmbeddedChannel channel = open();
        in(channel, GET_A);
        AtomicInteger closed = new AtomicInteger();
        waiting.getFirst().onClose(closed::incrementAndGet);
        waiting.getFirst().send(200, "text/plain", Map.of(), "x");
        channel.close();
        assertThat(closed).hasValue(0);
        out(channel);
    }

    @Test
    void shouldLeaveTheBodyOutWhenAskedForTheHead() {
        ByteBuf body = Unpooled.copiedBuffer("hello", StandardCharsets.UTF_8);
        router.get("/a", exchange -> {
            assertThat(exchange.method()).isEqualTo("GET");
            assertThat(exchange.head()).isTrue();
            exchange.send(200, "text/plain", Map.of(), body);
        });
        EmbeddedChannel channel = open();
        in(channel, "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(out(channel)).contains("content-length: 5\r\n").endsWith("\r\n\r\n");
        assertThat(body.refCnt()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"bytes=0-1, 206, he, bytes 0-1/5", "bytes=3-, 206, lo, bytes 3-4/5", "bytes=-2, 206, lo, bytes 3-4/5",
            "bytes=1-99, 206, ello, bytes 1-4/5", "bytes=5-, 416, '', bytes */5", "bytes=-0, 416, '', bytes */5",
            "'bytes=0-0,2-3', 200, hello, ''", "bytes=2-1, 200, hello, ''", "items=0-1, 200, hello, ''",
            "bytes=a-b, 200, hello, ''", "bytes=99999999999999999999-, 416, '', bytes */5"})
    void shouldSendPartWhenARangeIsAsked(String range, int status, String body, String contentRange) {
        ByteBuf shared = Unpooled.copiedBuffer("hello", StandardCharsets.UTF_8);
        router.get("/a", exchange -> exchange.send(200, "video/mp2t", Map.of(), shared.retain()));
        EmbeddedChannel channel = open();
        in(channel, "GET /a HTTP/1.1\r\nHost: x\r\nRange: " + range + "\r\n\r\n");
        String answer = out(channel);
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").endsWith("\r\n\r\n" + body)
                .contains("accept-ranges: bytes", "content-length: " + body.length());
        assertThat(answer.contains("content-range: ")).isEqualTo(!contentRange.isEmpty());
        assertThat(answer).contains(contentRange);
        assertThat(shared.refCnt()).isOne();
        assertThat(shared.readableBytes()).isEqualTo(5);
        shared.release();
    }

    @ParameterizedTest
    @CsvSource({"If-None-Match: \"v1\", 304", "'If-None-Match: \"v0\", W/\"v1\"', 304", "If-None-Match: *, 304",
            "If-None-Match: \"v2\", 200", "Range: bytes=0-0|If-Range: \"v1\", 206",
            "Range: bytes=0-0|If-Range: \"v2\", 200"})
    void shouldHonourConditionsWhenTheHandlerGivesAnEtag(String headers, int status) {
        router.get("/a", exchange -> exchange.send(200, "text/plain", Map.of("ETag", "\"v1\""), "hello"));
        EmbeddedChannel channel = open();
        in(channel, "GET /a HTTP/1.1\r\nHost: x\r\n" + headers.replace("|", "\r\n") + "\r\n\r\n");
        assertThat(out(channel)).startsWith("HTTP/1.1 " + status + " ").contains("ETag: \"v1\"");
    }

    @Test
    void shouldAnswerPreflightAndKeepForeignOriginsOutWhenAHandlerSaysSo() {
        router.get("/a", exchange -> exchange.send(200, "text/plain", Map.of("Access-Control-Allow-Origin", ""), "x"));
        EmbeddedChannel channel = open();
        in(channel, "OPTIONS /a HTTP/1.1\r\nHost: x\r\nOrigin: http://y\r\nAccess-Control-Request-Method: GET\r\n\r\n");
        assertThat(out(channel)).startsWith("HTTP/1.1 204 ").contains(
                "Access-Control-Allow-Methods: GET, HEAD, OPTIONS",
                "Allow: GET, HEAD, OPTIONS", "access-control-allow-origin: *");
        in(channel, GET_A);
        assertThat(out(channel)).doesNotContainIgnoringCase("access-control");
        in(channel, "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(out(channel)).startsWith("HTTP/1.1 204 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate, gzip;q=0.5", "GZIP"})
    void shouldCompressLongTextWhenTheClientTakesIt(String accept) {
        router.get("/a", exchange -> exchange.send(200, "text/plain", Map.of("ETag", "\"1\""), "x".repeat(5000)));
        EmbeddedChannel channel = open();
        in(channel, "GET /a HTTP/1.1\r\nHost: x\r\nAccept-Encoding: " + accept + "\r\n\r\n");
        assertThat(out(channel)).contains("Content-Encoding: gzip", "Vary: Accept-Encoding", "ETag: W/\"1\"")
                .hasSizeLessThan(800);
        in(channel, "GET /a HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip;q=0\r\n\r\n");
        assertThat(out(channel)).contains("content-length: 5000", "Vary: Accept-Encoding").doesNotContain("gzip");
    }

    @Test
    void shouldHandTheChannelOverWhenTakenOver() {
        Map<String, Object> seen = new HashMap<>();
        AtomicInteger closed = new AtomicInteger();
        router.get("/stream", exchange -> {
            exchange.onClose(closed::incrementAndGet);
            seen.put("channel", exchange.takeOver("video/mp2t", Map.of("Cache-Control", "no-store")));
        });
        EmbeddedChannel channel = open();
        in(channel, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(out(channel)).startsWith("HTTP/1.1 200 OK\r\n").contains("connection: close")
                .doesNotContain("content-length", "transfer-encoding").endsWith("\r\n\r\n");
        assertThat(seen.get("channel")).isEqualTo(java.util.Optional.of(channel));
        assertThat(channel.pipeline().names()).hasSize(1);
        channel.writeOutbound(Unpooled.copiedBuffer("raw", StandardCharsets.UTF_8));
        assertThat(out(channel)).isEqualTo("raw");
        channel.advanceTimeBy(1, TimeUnit.HOURS);
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        channel.close();
        assertThat(closed).hasValue(1);
    }

    @Test
    void shouldNotHandOverWhenAskedForTheHead() {
        router.get("/stream", exchange -> assertThat(exchange.takeOver("video/mp2t", Map.of())).isEmpty());
        EmbeddedChannel channel = open();
        in(channel, "HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(out(channel)).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("content-length");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void shouldCloseQuietlyWhenIdleAndWith408WhenARequestDoesNotEnd() {
        router.get("/a", waiting::add);
        EmbeddedChannel idle = open();
        idle.advanceTimeBy(59, TimeUnit.SECONDS);
        idle.runScheduledPendingTasks();
        assertThat(idle.isOpen()).isTrue();
        idle.advanceTimeBy(10, TimeUnit.SECONDS);
        idle.runScheduledPendingTasks();
        assertThat(idle.isOpen()).isFalse();
        assertThat(out(idle)).isEmpty();

        router.route("PUT", "/p", waiting::add);
        EmbeddedChannel slow = open();
        in(slow, "PUT /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
        slow.advanceTimeBy(30, TimeUnit.SECONDS);
        slow.runScheduledPendingTasks();
        assertThat(out(slow)).startsWith("HTTP/1.1 408 ");
        assertThat(slow.isOpen()).isFalse();
        assertThat(registry.get("penstock.http.timeouts").tag("phase", "request").counter().count()).isEqualTo(1);
    }

    @Test
    void shouldWaitWhenTheHandlerIsSlow() {
        router.get("/a", waiting::add);
        EmbeddedChannel channel = open();
        in(channel, GET_A);
        channel.advanceTimeBy(10, TimeUnit.MINUTES);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        waiting.getFirst().send(200, "text/plain", Map.of(), "at last");
        assertThat(out(channel)).endsWith("at last");
    }

    @Test
    void shouldRefuseWith503WhenThereAreTooManyConnections() {
        text("/a", "x");
        open();
        EmbeddedChannel second = open();
        EmbeddedChannel third = open();
        assertThat(out(third)).startsWith("HTTP/1.1 503 ");
        assertThat(third.isOpen()).isFalse();
        in(second, GET_A);
        assertThat(out(second)).endsWith("x");
        assertThat(registry.get("penstock.http.connections.refused").counter().count()).isEqualTo(1);
        second.close();
        assertThat(open().isOpen()).isTrue();
    }

    @Test
    void shouldFinishTheAnswerAndCloseWhenTheServerStops() {
        router.get("/a", waiting::add);
        EmbeddedChannel busy = open();
        EmbeddedChannel idle = open();
        in(busy, GET_A);
        busy.pipeline().fireUserEventTriggered(ConnectionEvent.STOP);
        idle.pipeline().fireUserEventTriggered(ConnectionEvent.STOP);
        assertThat(idle.isOpen()).isFalse();
        assertThat(busy.isOpen()).isTrue();
        waiting.getFirst().send(200, "text/plain", Map.of(), "done");
        assertThat(out(busy)).contains("connection: close").endsWith("done");
        assertThat(busy.isOpen()).isFalse();
    }
}
