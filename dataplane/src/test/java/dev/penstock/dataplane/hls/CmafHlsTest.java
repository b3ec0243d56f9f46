package dev.penstock.dataplane.hls;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.penstock.dataplane.FakeExchange;
import dev.penstock.dataplane.hls.playlist.CmafViews;
import dev.penstock.dataplane.hls.playlist.PlaylistCheck;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.segment.CmafView;

import static dev.penstock.dataplane.hls.playlist.CmafViews.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

class CmafHlsTest {
    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel loop = EmbeddedChannel.builder().ticker(ticker).build();
    private final EmbeddedChannel otherLoop = EmbeddedChannel.builder().ticker(ticker).build();
    private final FakeCmafWindow window = new FakeCmafWindow(CmafViews.lowLatency(60));
    private final HlsViewers viewers = new HlsViewers(ticker);
    private final Router router = new Router();

    CmafHlsTest() {
        CmafHls cmaf = new CmafHls((ns, name) -> name.equals("cam") ? Optional.of(window) : Optional.empty(),
                (ns, name) -> name.equals("gone") ? Optional.empty() : Optional.of(window), viewers);
        new LiveHls((ns, name) -> Optional.empty(), cmaf, viewers).routes(router);
    }

    private FakeExchange request(String file) {
        return request(loop, "cam", file);
    }

    private FakeExchange request(EmbeddedChannel on, String stream, String file) {
        FakeExchange exchange = new FakeExchange(on).param("ns", "ns").param("name", stream)
                .requestHeader("User-Agent", "test");
        int query = file.indexOf('?');
        String path = query < 0 ? file : file.substring(0, query);
        if (query >= 0) {
            for (String pair : file.substring(query + 1).split("&")) {
                exchange.asking(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
            }
        }
        return exchange.handledBy(handler(exchange, path));
    }

    private HttpHandler handler(FakeExchange exchange, String path) {
        int slash = path.indexOf('/');
        String pattern = "/" + path;
        if (slash >= 0) {
            exchange.param("rendition", path.substring(0, slash));
            boolean init = path.endsWith(".mp4");
            exchange.param(init ? "id" : "piece", path.substring(slash + (init ? 6 : 1), path.length() - 4));
            pattern = init ? "/{rendition}/init-{id}.mp4" : "/{rendition}/{piece}.m4s";
        } else if (!path.equals("index.m3u8")) {
            exchange.param("rendition", path.substring(0, path.length() - 5));
            pattern = "/{rendition}.m3u8";
        }
        String end = pattern;
        return router.routes().stream().filter(r -> r.pattern().equals("/live/{ns}/{name}" + end)).findFirst()
                .orElseThrow().handler();
    }

    private void list(CmafViews views) {
        list(views.view("video", "audio"));
    }

    private void list(CmafView view) {
        window.list(view);
        loop.runPendingTasks();
        otherLoop.runPendingTasks();
    }

    private void pass(Duration time) {
        ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
        loop.runScheduledPendingTasks();
        loop.runPendingTasks();
    }

    @Test
    void shouldServeMasterPlaylistsSegmentsAndParts() {
        list(CmafViews.of(5, 2));
        FakeExchange master = request("index.m3u8");
        assertThat(master.status()).isEqualTo(200);
        assertThat(master.headers()).containsEntry("Cache-Control", "max-age=1");
        PlaylistCheck.check(master.text());
        FakeExchange media = request("video.m3u8");
        assertThat(media.contentType()).isEqualTo("application/vnd.apple.mpegurl");
        assertThat(media.headers()).containsEntry("Cache-Control", "max-age=1");
        String text = media.text();
        PlaylistCheck.check(text);
        assertThat(text).contains("video/" + FIRST + ".m4s");
        for (String file : List.of("video/init-1a.mp4", "video/" + FIRST + ".m4s", "video/" + (FIRST + 5) + ".1.m4s")) {
            FakeExchange piece = request(file);
            assertThat(piece.status()).as(file).isEqualTo(200);
            assertThat(piece.contentType()).isEqualTo("video/mp4");
            assertThat(piece.headers()).containsEntry("Cache-Control", "public, max-age=3600, immutable");
            assertThat(piece.text() + (file.endsWith("mp4") ? ".mp4" : ".m4s")).isEqualTo(file);
        }
        FakeExchange audio = request("audio/" + FIRST + ".m4s");
        assertThat(audio.contentType()).isEqualTo("audio/mp4");
        audio.answerBody().release();
        assertThat(viewers.count("ns/cam")).isEqualTo(1);
        assertThat(window.touched()).isEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "video/199999999.m4s|segment 199999999 of video of stream ns/cam: has left the window (expected: 200000000 to 200000005)",
            "video/200000005.m4s|segment 200000005 of video of stream ns/cam: is not there (expected: 200000000 to 200000005)",
            "video/200000005.3.m4s|part 200000005.3 of video of stream ns/cam: is not there (expected: 200000000 to 200000005)",
            "video/x.m4s|segment x: no such segment (expected: {sequence}.m4s or {sequence}.{part}.m4s)",
            "video/-1.m4s|segment -1: no such segment (expected: {sequence}.m4s or {sequence}.{part}.m4s)",
            "sound/200000001.m4s|segment 200000001 of sound of stream ns/cam: there is no such rendition",
            "video/init-7.mp4|init 7 of video of stream ns/cam: no segment that is kept needs it",
            "sound.m3u8|rendition sound of stream ns/cam: not there (expected: video, audio)"})
    void shouldSayWhatIsNotThere(String file, String message) {
        list(CmafViews.of(5, 2));
        FakeExchange answer = request(file);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"_HLS_part=1|_HLS_part: 1 (expected: only together with _HLS_msn)",
            "_HLS_msn=-3|_HLS_msn: -3 (expected: a whole number >= 0)",
            "_HLS_msn=+3|_HLS_msn: +3 (expected: a whole number >= 0)",
            "_HLS_msn=99999999999999999999|_HLS_msn: 99999999999999999999 (expected: a whole number >= 0)",
            "_HLS_msn=200000005&_HLS_part=two|_HLS_part: two (expected: a whole number >= 0)",
            "_HLS_msn=200000007|_HLS_msn: 200000007 (expected: <= 200000006, 2 after the newest segment)",
            "_HLS_msn=200000005&_HLS_part=8|_HLS_part: 8 (expected: <= 7, 6 after the newest part)",
            "_HLS_msn=200000006&_HLS_part=6|_HLS_part: 6 (expected: <= 5, 6 after the newest part)",
            "_HLS_skip=NO|_HLS_skip: NO (expected: YES or v2)"})
    void shouldRefuseDirectivesThatMeanNothing(String query, String message) {
        list(CmafViews.of(5, 2));
        FakeExchange answer = request("video.m3u8?" + query);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).isEqualTo(message);
    }

    @Test
    void shouldAnswerABlockingReloadWhenThePartIsThere() {
        list(CmafViews.of(5, 2));
        FakeExchange part = request("video.m3u8?_HLS_msn=200000005&_HLS_part=2");
        FakeExchange elsewhere = request(otherLoop, "cam", "audio.m3u8?_HLS_msn=200000005&_HLS_part=2");
        FakeExchange beyond = request("video.m3u8?_HLS_msn=200000005&_HLS_part=4");
        FakeExchange whole = request("video.m3u8?_HLS_msn=200000005");
        assertThat(List.of(part.status(), elsewhere.status(), beyond.status(), whole.status())).containsOnly(0);
        assertThat(window.wanted).hasValue(2);
        list(CmafViews.of(5, 3));
        assertThat(part.status()).isEqualTo(200);
        assertThat(part.headers()).containsEntry("Cache-Control", "max-age=12");
        String text = part.text();
        PlaylistCheck.check(text);
        assertThat(text).contains("200000005.2.m4s\"\n").contains("200000005.3.m4s\"\n");
        assertThat(elsewhere.text()).contains("audio/200000005.2.m4s");
        assertThat(whole.status()).isZero();
        list(CmafViews.of(6, 0));
        assertThat(whole.text()).contains("video/200000005.m4s\n");
        assertThat(beyond.status()).isZero();
        list(CmafViews.of(6, 1));
        assertThat(beyond.text()).contains("200000006.0.m4s");
        assertThat(window.wanted).hasValue(0);
    }

    @Test
    void shouldAnswerAtOnceWhatIsThere() {
        list(CmafViews.of(30, 2));
        assertThat(request("video.m3u8?_HLS_msn=200000030&_HLS_part=1").text()).contains("#EXT-X-VERSION:6\n");
        String delta = request("video.m3u8?_HLS_msn=200000029&_HLS_skip=YES").text();
        PlaylistCheck.check(delta);
        assertThat(delta).contains("#EXT-X-SKIP:SKIPPED-SEGMENTS=24\n");
        assertThat(request("video.m3u8?_HLS_skip=v2").text()).isEqualTo(delta);
    }

    @Test
    void shouldGiveUpAfterThreeTargetDurations() {
        list(CmafViews.of(5, 2));
        FakeExchange waiting = request("video.m3u8?_HLS_msn=200000005&_HLS_part=2");
        pass(Duration.ofMillis(3000));
        FakeExchange later = request("video.m3u8?_HLS_msn=200000005&_HLS_part=2");
        pass(Duration.ofMillis(2999));
        assertThat(waiting.status()).isZero();
        pass(Duration.ofMillis(1));
        assertThat(waiting.status()).isEqualTo(503);
        assertThat(waiting.headers()).containsEntry("Retry-After", "2");
        assertThat(waiting.text()).isEqualTo("stream ns/cam: what _HLS_msn asks for is not there yet");
        assertThat(later.status()).isZero();
        pass(Duration.ofMillis(3000));
        assertThat(later.status()).isEqualTo(503);
        later.answerBody().release();
        assertThat(window.wanted).hasValue(0);
    }

    @Test
    void shouldForgetAWaitingRequestWhenTheClientLeaves() {
        list(CmafViews.of(5, 2));
        FakeExchange waiting = request("video.m3u8?_HLS_msn=200000005&_HLS_part=2");
        waiting.disconnect();
        assertThat(window.wanted).hasValue(0);
        list(CmafViews.of(5, 3));
        pass(Duration.ofMinutes(1));
        assertThat(waiting.status()).isZero();
    }

    @Test
    void shouldRefuseMoreThanTwoThousandWaitingRequests() {
        list(CmafViews.of(5, 2));
        List<FakeExchange> waiting = new ArrayList<>();
        for (int i = 0; i < Waiters.MAX; i++) {
            waiting.add(request("video.m3u8?_HLS_msn=200000005&_HLS_part=2"));
        }
        FakeExchange refused = request("video.m3u8?_HLS_msn=200000005&_HLS_part=2");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.headers()).containsKey("Retry-After");
        assertThat(refused.text())
                .isEqualTo("stream ns/cam: too many requests wait for it (expected: at most 2000)");
        waiting.removeFirst().disconnect();
        waiting.add(request("video.m3u8?_HLS_msn=200000005&_HLS_part=2"));
        list(CmafViews.of(5, 3));
        assertThat(waiting).allMatch(w -> w.status() == 200);
        waiting.forEach(w -> w.answerBody().release());
    }

    @Test
    void shouldWaitForTheHintedPart() {
        list(CmafViews.of(5, 2));
        FakeExchange hinted = request("video/200000005.2.m4s");
        assertThat(hinted.status()).isZero();
        list(CmafViews.of(5, 3));
        assertThat(hinted.text()).isEqualTo("video/200000005.2");
        list(CmafViews.of(6, 0));
        FakeExchange next = request("video/200000006.0.m4s");
        assertThat(next.status()).isZero();
        pass(Duration.ofSeconds(6));
        assertThat(next.status()).isEqualTo(503);
        assertThat(next.text()).isEqualTo("stream ns/cam: part 200000006.0 is not there yet");
    }

    @Test
    void shouldWaitForTheFirstSegment() {
        FakeExchange master = request("index.m3u8");
        FakeExchange media = request("audio.m3u8");
        FakeExchange reload = request("video.m3u8?_HLS_msn=5");
        FakeExchange unknown = request("sound.m3u8");
        assertThat(window.wanted).hasValue(1);
        list(CmafViews.of(0, 3));
        assertThat(List.of(master.status(), media.status(), reload.status(), unknown.status())).containsOnly(0);
        list(CmafViews.of(1, 0));
        assertThat(master.text()).contains("video.m3u8");
        assertThat(media.text()).contains("audio/200000000.m4s");
        assertThat(reload.text()).contains("video/200000000.m4s");
        assertThat(unknown.status()).isEqualTo(404);
        unknown.answerBody().release();
        assertThat(window.wanted).hasValue(0);
    }

    @Test
    void shouldAnswerUnavailableWhenNoSegmentComes() {
        FakeExchange early = request("index.m3u8");
        pass(Duration.ofMillis(3999));
        assertThat(early.status()).isZero();
        pass(Duration.ofMillis(1));
        assertThat(early.status()).isEqualTo(503);
        assertThat(early.text()).isEqualTo("stream ns/cam: has no segment yet");
    }

    @Test
    void shouldAnswerAllWhenTheStreamEnds() {
        list(CmafViews.of(5, 0));
        FakeExchange waiting = request("video.m3u8?_HLS_msn=200000005&_HLS_part=2");
        FakeExchange hinted = request("video/200000005.0.m4s");
        list(new CmafView(99, window.view().renditions(), true));
        assertThat(waiting.headers()).containsEntry("Cache-Control", "max-age=1");
        assertThat(waiting.text()).endsWith("#EXT-X-ENDLIST\n");
        assertThat(hinted.text()).isEqualTo("part 200000005.0 of video of stream ns/cam: was never made");
        assertThat(request("video.m3u8?_HLS_msn=200000006").text()).endsWith("#EXT-X-ENDLIST\n");
        list(new CmafView(100, List.of(), true));
        assertThat(request("index.m3u8").text()).isEqualTo("stream ns/cam: has ended");
        assertThat(request("video.m3u8").text()).isEqualTo("stream ns/cam: has ended");
    }

    @Test
    void shouldServeSegmentsOfAStreamWhoseHlsIsNotCmaf() {
        list(CmafViews.of(5, 0));
        FakeExchange segment = request(loop, "dash-only", "video/200000001.m4s");
        assertThat(segment.text()).isEqualTo("video/200000001");
        assertThat(request(loop, "dash-only", "video.m3u8").text()).isEqualTo("stream ns/dash-only: not served here");
        assertThat(request(loop, "dash-only", "index.m3u8").text()).isEqualTo("stream ns/dash-only: not served here");
        assertThat(request(loop, "gone", "video/200000001.m4s").text()).isEqualTo("stream ns/gone: not served here");
    }
}
