package dev.penstock.dataplane.dash;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.FakeExchange;
import dev.penstock.dataplane.http.HttpError;

import static org.assertj.core.api.Assertions.assertThat;

class GrowingSegmentsTest {
    private static final long HALF = 45_000;

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel loop = EmbeddedChannel.builder().ticker(ticker).build();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FakeCmafWindow window = new FakeCmafWindow(FakeCmafWindow.LOW_LATENCY);
    private final GrowingSegments growing = new GrowingSegments(new DashMetrics(registry), 2);
    private final long first = window.nextSequence();

    @AfterEach
    void shouldLeaveNothingBehind() {
        assertThat(window.listeners()).isZero();
        assertThat(registry.get("penstock.dash.growing").gauge().value()).isZero();
    }

    private FakeExchange get(String rendition, long sequence) {
        return new FakeExchange(loop).handledBy(e -> {
            if (!growing.answer(e, window, rendition, sequence)) {
                throw new HttpError(404, "left to the caller");
            }
        });
    }

    private void turn() {
        loop.runPendingTasks();
    }

    private void pass(Duration time) {
        ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
        loop.runScheduledPendingTasks();
        loop.runPendingTasks();
    }

    @Test
    void shouldSendPartsAsTheyCome() {
        window.segment(4 * HALF);
        window.part(HALF);
        FakeExchange viewer = get("video", first + 1);
        assertThat(viewer.status()).isEqualTo(200);
        assertThat(viewer.contentType()).isEqualTo("video/mp4");
        assertThat(viewer.headers().get("Cache-Control")).contains("immutable");
        assertThat(viewer.streamed().pieces()).containsExactly("video-" + (first + 1) + ".0;");
        window.part(HALF, HALF);
        turn();
        assertThat(viewer.streamed().pieces()).hasSize(3);
        assertThat(viewer.streamed().outcome()).isEmpty();
        window.part(HALF);
        window.finish();
        turn();
        assertThat(viewer.streamed().pieces()).hasSize(4).last().isEqualTo("video-" + (first + 1) + ".3;");
        assertThat(viewer.streamed().outcome()).isEqualTo("ended");
    }

    @Test
    void shouldSendAWholeOneToo() {
        window.segments(2, 4 * HALF);
        FakeExchange viewer = get("audio", first);
        assertThat(viewer.contentType()).isEqualTo("audio/mp4");
        assertThat(viewer.streamed().pieces()).hasSize(4);
        assertThat(viewer.streamed().outcome()).isEqualTo("ended");
    }

    @Test
    void shouldHoldNothingForAClientThatTakesNoMore() {
        window.part(HALF);
        FakeExchange viewer = get("video", first);
        viewer.streamed().writable(false);
        window.part(HALF, HALF);
        turn();
        assertThat(viewer.streamed().pieces()).hasSize(1);
        pass(Duration.ofSeconds(13));
        assertThat(viewer.streamed().outcome()).as("the server times those out").isEmpty();
        viewer.streamed().writable(true);
        assertThat(viewer.streamed().pieces()).hasSize(3);
        viewer.disconnect();
    }

    @Test
    void shouldWaitForTheNextToBegin() {
        window.segment(4 * HALF);
        FakeExchange viewer = get("video", first + 1);
        assertThat(viewer.status()).isZero();
        window.part(HALF);
        turn();
        assertThat(viewer.streamed().pieces()).hasSize(1);
        window.finish();
        turn();
        assertThat(viewer.streamed().outcome()).isEqualTo("ended");
    }

    @Test
    void shouldNotWaitForeverForTheNext() {
        window.segment(4 * HALF);
        FakeExchange viewer = get("video", first + 1);
        pass(Duration.ofMillis(3999));
        assertThat(viewer.status()).isZero();
        pass(Duration.ofMillis(1));
        assertThat(viewer.status()).isEqualTo(404);
        assertThat(viewer.text()).isEqualTo("segment " + (first + 1) + ": is not there yet");
    }

    @Test
    void shouldCutTheConnectionWhenTheRestDoesNotCome() {
        window.part(HALF);
        FakeExchange stalled = get("video", first);
        pass(Duration.ofSeconds(4));
        assertThat(stalled.streamed().outcome()).isEmpty();
        pass(Duration.ofSeconds(4));
        assertThat(stalled.streamed().outcome()).isEqualTo("aborted");
        FakeExchange cleared = get("video", first);
        window.clear();
        turn();
        assertThat(cleared.streamed().outcome()).isEqualTo("aborted");
        assertThat(registry.get("penstock.dash.cut").counter().count()).isEqualTo(2);
    }

    @Test
    void shouldAnswerNotFoundWhenTheNumberIsSkipped() {
        window.segment(4 * HALF);
        FakeExchange viewer = get("video", first + 1);
        window.clear();
        turn();
        assertThat(viewer.status()).isEqualTo(404);
    }

    @Test
    void shouldLeaveWhatIsNeitherListedNorNext() {
        assertThat(get("video", first).text()).as("nothing is there").isEqualTo("left to the caller");
        window.segments(30, 4 * HALF);
        assertThat(get("video", first).text()).isEqualTo("left to the caller");
        assertThat(get("video", window.nextSequence() + 1).text()).isEqualTo("left to the caller");
        assertThat(get("video9", first).text()).isEqualTo("left to the caller");
        window.end();
        assertThat(get("video", window.nextSequence()).text()).as("none follows").isEqualTo("left to the caller");
    }

    @Test
    void shouldBoundHowManyAreSentAtOnce() {
        window.part(HALF);
        FakeExchange one = get("video", first);
        FakeExchange two = get("video", first);
        assertThat(get("video", first).status()).isEqualTo(503);
        one.disconnect();
        FakeExchange three = get("video", first);
        assertThat(three.status()).isEqualTo(200);
        two.disconnect();
        three.disconnect();
        assertThat(registry.get("penstock.dash.refused").counter().count()).isEqualTo(1);
    }

    @Test
    void shouldSendNoBodyForHead() {
        window.part(HALF);
        FakeExchange viewer = new FakeExchange(loop).asHead();
        viewer.handledBy(e -> growing.answer(e, window, "video", first));
        assertThat(viewer.streamed().pieces()).isEmpty();
        assertThat(viewer.streamed().outcome()).isEqualTo("ended");
    }
}
