package dev.penstock.dataplane.hls;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.lindstrom.m3u8.model.MediaSegment;
import io.lindstrom.m3u8.parser.MediaPlaylistParser;
import io.lindstrom.m3u8.parser.ParsingMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.FakeExchange;
import dev.penstock.dataplane.Golden;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.hub.HubConfig;
import dev.penstock.dataplane.hub.HubFixture;
import dev.penstock.dataplane.hub.TsMaker;
import dev.penstock.dataplane.segment.SegmentConfig;
import dev.penstock.dataplane.segment.SegmentWindow;
import dev.penstock.dataplane.segment.TsSegmenter;

import static dev.penstock.dataplane.hub.HubFixture.SOURCE;
import static org.assertj.core.api.Assertions.assertThat;

class LiveHlsTest {
    private static final SegmentConfig CONFIG = SegmentConfig.of(Duration.ofSeconds(2), Duration.ofSeconds(4),
            Duration.ofSeconds(26));

    private final HubFixture fixture = new HubFixture(HubConfig.DEFAULT);
    private final SegmentWindow window = new SegmentWindow(CONFIG);
    private final HlsViewers viewers = new HlsViewers(fixture.ticker);
    private final Router router = new Router();
    private final TsMaker ts = new TsMaker(true, 1);

    LiveHlsTest() {
        TsSegmenter segmenter = new TsSegmenter(CONFIG, fixture.loopChannel.alloc(), fixture.now());
        segmenter.listen(window);
        fixture.hub.listen(segmenter, false);
        fixture.hub.begin(SOURCE);
        new LiveHls((ns, name) -> name.equals("cam") ? Optional.of(window) : Optional.empty(), viewers)
                .routes(router);
    }

    @AfterEach
    void close() {
        fixture.hub.close();
        window.close();
    }

    private FakeExchange get(String name, String file) {
        boolean segment = file.startsWith("seg-");
        HttpHandler handler = router.routes().stream()
                .filter(r -> r.pattern().endsWith(segment ? "/seg-{seq}.ts" : "/" + file)).findFirst().orElseThrow()
                .handler();
        FakeExchange exchange = new FakeExchange(fixture.loopChannel).param("ns", "ns").param("name", name)
                .requestHeader("User-Agent", "test");
        if (segment) {
            exchange.param("seq", file.substring(4, file.length() - 3));
        }
        return exchange.handledBy(handler);
    }

    private void frames(int from, int count, int gop) {
        for (int i = from; i < from + count; i++) {
            List<byte[]> packets = new ArrayList<>(i % 5 == 0 ? ts.psi() : List.of());
            packets.addAll(ts.frame(i, (i - from) % gop == 0, 3000));
            fixture.feed(packets);
            fixture.pass(Duration.ofMillis(40));
        }
    }

    @Test
    void shouldServeExactPlaylistWhenTheGopGrowsAndShrinks() throws Exception {
        frames(0, 100, 50);
        frames(100, 400, 200);
        frames(500, 153, 50);
        FakeExchange answer = get("cam", "media.m3u8");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("application/vnd.apple.mpegurl");
        assertThat(answer.headers()).isEqualTo(Map.of("Cache-Control", "max-age=1"));
        String text = answer.text();
        Golden.assertSame(getClass(), "gop-2-8-2.m3u8", text);
        var playlist = new MediaPlaylistParser(ParsingMode.STRICT).readPlaylist(text);
        for (MediaSegment listed : playlist.mediaSegments()) {
            assertThat(Math.round(listed.duration())).isLessThanOrEqualTo(playlist.targetDuration());
            FakeExchange segment = get("cam", listed.uri());
            assertThat(segment.status()).isEqualTo(200);
            assertThat(segment.contentType()).isEqualTo("video/mp2t");
            assertThat(segment.headers().get("Cache-Control")).contains("immutable");
            assertThat(segment.answerBody().readableBytes()).isPositive();
            segment.answerBody().release();
        }
        assertThat(get("cam", "index.m3u8").text()).contains("BANDWIDTH=").contains("media.m3u8")
                .contains("CODECS=\"avc1.42C01E\"");
    }

    @Test
    void shouldSayWhatIsWrongWithASegment() {
        assertThat(get("cam", "seg-5.ts").text())
                .isEqualTo("segment 5 of stream ns/cam: the stream has no segment yet");
        frames(0, 1000, 50);
        long first = window.view().segments().getFirst().sequence();
        long last = window.view().segments().getLast().sequence();
        String range = " (expected: " + first + " to " + last + ")";
        FakeExchange gone = get("cam", "seg-5.ts");
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.text()).isEqualTo("segment 5 of stream ns/cam: has left the window" + range);
        assertThat(get("cam", "seg-" + (last + 1) + ".ts").text()).endsWith(": is not there yet" + range);
        assertThat(get("cam", "seg-x.ts").text()).isEqualTo("segment x: no such segment (expected: a number)");
        FakeExchange unknown = get("other", "media.m3u8");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.text()).isEqualTo("stream ns/other: not served here");
    }

    @Test
    void shouldWaitForTheFirstSegment() {
        FakeExchange early = get("cam", "media.m3u8");
        assertThat(early.status()).isZero();
        frames(0, 53, 50);
        assertThat(early.status()).isEqualTo(200);
        assertThat(early.text()).contains("#EXTINF:2.000000");
        fixture.pass(Duration.ofMinutes(1));
    }

    @Test
    void shouldAnswerUnavailableWhenNoSegmentComes() {
        FakeExchange early = get("cam", "index.m3u8");
        fixture.pass(Duration.ofMillis(7999));
        assertThat(early.status()).isZero();
        fixture.pass(Duration.ofMillis(1));
        assertThat(early.status()).isEqualTo(503);
        assertThat(early.headers()).containsEntry("Retry-After", "4");
        assertThat(early.text()).isEqualTo("stream ns/cam: has no segment yet\n");
        frames(0, 53, 50);
    }

    @Test
    void shouldForgetWaitingRequestWhenTheClientLeaves() {
        FakeExchange early = get("cam", "media.m3u8");
        early.disconnect();
        frames(0, 53, 50);
        fixture.pass(Duration.ofMinutes(1));
        assertThat(early.status()).isZero();
    }

    @Test
    void shouldCountViewersThatAskedLately() {
        frames(0, 53, 50);
        get("cam", "media.m3u8").text();
        get("cam", "media.m3u8").text();
        assertThat(viewers.count("ns/cam")).isEqualTo(1);
        viewers.seen("ns/cam", "192.0.2.2", "test", 4);
        assertThat(viewers.count("ns/cam")).isEqualTo(2);
        fixture.pass(Duration.ofSeconds(13));
        assertThat(viewers.count("ns/cam")).isZero();
        for (int i = 0; i < 20_000; i++) {
            viewers.seen("ns/cam", "address" + i, "", 4);
        }
        assertThat(viewers.count("ns/cam")).isEqualTo(10_000);
    }

    @Test
    void shouldEndThePlaylistWhenTheStreamIsClosed() {
        frames(0, 53, 50);
        fixture.hub.close();
        assertThat(get("cam", "media.m3u8").text()).endsWith("#EXT-X-ENDLIST\n");
    }
}
