package dev.penstock.dataplane.dash;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.FakeExchange;
import dev.penstock.dataplane.http.Router;

import static org.assertj.core.api.Assertions.assertThat;

class LiveDashTest {
    private static final long TWO_SECONDS = 180_000;

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel loop = EmbeddedChannel.builder().ticker(ticker).build();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Router router = new Router();
    private FakeCmafWindow window = new FakeCmafWindow(FakeCmafWindow.LOW_LATENCY);
    private boolean lowLatency = true;
    private final LiveDash dash = new LiveDash(
            (ns, name) -> name.equals("cam") ? Optional.of(new DashOutput(window, lowLatency)) : Optional.empty(),
            () -> window.now().plusMillis(30), new DashMetrics(registry));

    LiveDashTest() {
        dash.routes(router);
    }

    @AfterEach
    void shouldLeaveNothingBehind() {
        assertThat(window.listeners()).isZero();
        assertThat(window.wanted()).isZero();
    }

    private FakeExchange get(String name, String file) {
        return new FakeExchange(loop).param("ns", "ns").param("name", name).handledBy(router.routes().stream()
                .filter(r -> r.pattern().endsWith("/" + file)).findFirst().orElseThrow().handler());
    }

    private void pass(Duration time) {
        ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
        loop.runScheduledPendingTasks();
        loop.runPendingTasks();
    }

    @Test
    void shouldServeTheManifest() {
        window.segments(3, TWO_SECONDS);
        FakeExchange answer = get("cam", "manifest.mpd");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("application/dash+xml");
        assertThat(answer.headers()).containsEntry("Cache-Control", "max-age=1");
        String tag = answer.headers().get("ETag");
        assertThat(tag).startsWith("W/\"");
        assertThat(answer.text()).startsWith("<?xml").endsWith("</MPD>\n");
        window.segment(TWO_SECONDS);
        assertThat(get("cam", "manifest.mpd").headers()).as("nothing new with low latency").containsEntry("ETag", tag);
        window.segment(252_000);
        assertThat(get("cam", "manifest.mpd").headers().get("ETag")).isNotEqualTo(tag);
        assertThat(dash.notLowLatency("ns", "cam").orElseThrow()).startsWith("segments last 2.000s to 2.800s");
        assertThat(window.touched()).isPositive();
    }

    @Test
    void shouldTellTheTime() {
        FakeExchange answer = get("cam", "time");
        assertThat(answer.headers()).containsEntry("Cache-Control", "no-store");
        assertThat(Instant.parse(answer.text())).isEqualTo(window.now().plusMillis(30));
        assertThat(get("other", "time").status()).isEqualTo(404);
    }

    @Test
    void shouldWaitForTheFirstSegment() {
        FakeExchange early = get("cam", "manifest.mpd");
        window.part(45_000);
        pass(Duration.ZERO);
        assertThat(early.status()).isZero();
        assertThat(window.wanted()).isEqualTo(1);
        window.finish();
        pass(Duration.ZERO);
        assertThat(early.status()).isEqualTo(200);
    }

    @Test
    void shouldAnswerUnavailableWhenNoSegmentComes() {
        FakeExchange early = get("cam", "manifest.mpd");
        pass(Duration.ofMillis(7999));
        assertThat(early.status()).isZero();
        pass(Duration.ofMillis(1));
        assertThat(early.status()).isEqualTo(503);
        assertThat(early.text()).isEqualTo("stream ns/cam: has not got so far yet");
    }

    @Test
    void shouldAnswerUnavailableWhenTheStreamEndsFirst() {
        FakeExchange early = get("cam", "manifest.mpd");
        window.end();
        pass(Duration.ZERO);
        assertThat(early.text()).isEqualTo("stream ns/cam: has ended");
        assertThat(get("cam", "manifest.mpd").text()).isEqualTo("stream ns/cam: has ended");
    }

    @Test
    void shouldForgetWaitingRequestWhenTheClientLeaves() {
        FakeExchange early = get("cam", "manifest.mpd");
        early.disconnect();
        window.segment(TWO_SECONDS);
        pass(Duration.ofMinutes(1));
        assertThat(early.status()).isZero();
    }

    @Test
    void shouldBoundWaitingRequests() {
        List<FakeExchange> waiting = new ArrayList<>();
        for (int i = 0; i < Waiting.MOST; i++) {
            waiting.add(get("cam", "manifest.mpd"));
        }
        assertThat(get("cam", "manifest.mpd").text()).contains("too many requests wait");
        assertThat(registry.get("penstock.dash.refused").counter().count()).isEqualTo(1);
        waiting.forEach(FakeExchange::disconnect);
        assertThat(get("cam", "manifest.mpd").status()).isZero();
        window.segment(TWO_SECONDS);
        pass(Duration.ZERO);
    }

    @Test
    void shouldSendGrowingSegmentsOnlyWithLowLatency() throws Exception {
        window.part(45_000);
        long sequence = window.nextSequence() - 1;
        FakeExchange viewer = new FakeExchange(loop).param("ns", "ns").param("name", "cam");
        lowLatency = false;
        assertThat(dash.unfinished(viewer, window, "video", sequence)).isFalse();
        lowLatency = true;
        assertThat(dash.unfinished(viewer, window, "video", sequence)).isTrue();
        assertThat(viewer.streamed().pieces()).hasSize(1);
        viewer.disconnect();
    }

    @Test
    void shouldServeSegmentsByTime() {
        lowLatency = false;
        long first = window.nextSequence();
        window.segments(3, TWO_SECONDS);
        assertThat(get("cam", "manifest.mpd").text()).contains("<S t=\"900000\" d=\"180000\" r=\"2\"/>");
        FakeExchange answer = at("video", "1080000");
        assertThat(answer.text()).isEqualTo("video-" + (first + 1));
        assertThat(answer.contentType()).isEqualTo("video/mp4");
        assertThat(answer.headers().get("Cache-Control")).contains("immutable");
        assertThat(at("audio", "1080000").status()).isEqualTo(404);
        assertThat(at("video", "x").status()).isEqualTo(404);
        assertThat(at("video", "1080001").text()).isEqualTo(
                "segment 1080001 of video of stream ns/cam: is not there (expected: a time that the manifest lists)");
    }

    @Test
    void shouldWaitForTheNextSegmentByTime() {
        lowLatency = false;
        long first = window.nextSequence();
        window.segments(3, TWO_SECONDS);
        FakeExchange next = at("video", "1440000");
        window.part(45_000);
        pass(Duration.ZERO);
        FakeExchange growing = at("video", "1440000");
        assertThat(next.status()).isZero();
        assertThat(growing.status()).isZero();
        window.finish();
        pass(Duration.ZERO);
        assertThat(next.text()).isEqualTo("video-" + (first + 3));
        assertThat(growing.text()).isEqualTo("video-" + (first + 3));
        FakeExchange skipped = at("video", "1485000");
        window.discontinuity(Duration.ofSeconds(3));
        window.segment(TWO_SECONDS);
        pass(Duration.ZERO);
        assertThat(skipped.status()).isEqualTo(404);
    }

    @Test
    void shouldRememberTimesForAsLongAgainAsTheyAreListed() {
        SegmentTimes times = new SegmentTimes();
        for (int i = 0; i < 100; i++) {
            window.segment(TWO_SECONDS);
            times.listed(window.view());
        }
        int listed = window.view().renditions().getFirst().segments().size();
        assertThat(times.sequence("video", 900_000 + (100 - 2L * listed) * TWO_SECONDS)).isPresent();
        assertThat(times.sequence("video", 900_000 + (99 - 2L * listed) * TWO_SECONDS)).isEmpty();
    }

    private FakeExchange at(String rendition, String ticks) {
        return new FakeExchange(loop).param("ns", "ns").param("name", "cam").param("rendition", rendition)
                .param("ticks", ticks).handledBy(router.routes().stream()
                        .filter(r -> r.pattern().endsWith("/time/{ticks}.m4s")).findFirst().orElseThrow().handler());
    }

    @Test
    void shouldBeginAnewWithAnotherStreamOfTheName() {
        window.segments(3, TWO_SECONDS);
        get("cam", "manifest.mpd");
        window.end();
        assertThat(get("cam", "manifest.mpd").text()).contains("type=\"static\"");
        window = new FakeCmafWindow(FakeCmafWindow.LOW_LATENCY);
        window.segment(TWO_SECONDS);
        assertThat(get("cam", "manifest.mpd").text()).contains("type=\"dynamic\"");
    }

    @Test
    void shouldSayWhatIsNotServed() {
        FakeExchange unknown = get("other", "manifest.mpd");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.text()).isEqualTo("stream ns/other: not served here as DASH");
    }
}
