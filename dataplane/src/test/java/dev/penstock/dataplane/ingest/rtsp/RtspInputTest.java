package dev.penstock.dataplane.ingest.rtsp;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.penstock.dataplane.ingest.IngestLimits;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.SourceUrl;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

import static dev.penstock.dataplane.ingest.rtsp.FakeCamera.answer;
import static dev.penstock.dataplane.ingest.rtsp.FakeCamera.ok;
import static dev.penstock.dataplane.ingest.rtsp.FakeCamera.packet;
import static dev.penstock.dataplane.ingest.rtsp.FakeCamera.plain;
import static org.assertj.core.api.Assertions.assertThat;

/** Cameras that do as they should, and those that lie. */
class RtspInputTest implements InputEvents {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<String> events = new ArrayList<>();
    private @Nullable RtspInput input;
    private @Nullable FakeCamera camera;

    private FakeCamera play(Function<FakeCamera.Request, String> answers) {
        return play(answers, new RtspOptions(Optional.empty(), false, false));
    }

    private FakeCamera play(Function<FakeCamera.Request, String> answers, RtspOptions options) {
        FakeCamera created = new FakeCamera(answers);
        camera = created;
        IngestLimits limits = IngestLimits.DEFAULTS;
        InputSettings settings = new InputSettings(group.next(), Duration.ofSeconds(5), limits.maxRedirects(),
                limits.maxHeaderBytes(), limits.window(), limits.bufferBytes(), limits.udpReceiveBytes(),
                limits.killAfter(), () -> {}, null);
        RtspInput made = new RtspInput(SourceUrl.parse(created.url()), options, settings, this, new Random(1));
        input = made;
        group.next().execute(made::start);
        return created;
    }

    @AfterEach
    void end() throws InterruptedException, IOException {
        RtspInput made = input;
        if (made != null) {
            group.next().submit(made::close).await();
        }
        if (camera != null) {
            camera.close();
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }

    @Test
    void shouldPlayKeepAliveAndTearDown() throws InterruptedException {
        FakeCamera plain = play(FakeCamera::plain);
        await(() -> plain.methods().contains("GET_PARAMETER"));
        group.next().submit(input::close).await();
        await(() -> plain.methods().contains("TEARDOWN"));
        assertThat(plain.methods()).startsWith("OPTIONS", "DESCRIBE", "SETUP", "PLAY").endsWith("TEARDOWN");
        assertThat(plain.requests().get(2).uri()).isEqualTo(plain.url() + "/track1");
        assertThat(plain.requests().get(2).header("Transport")).isEqualTo("RTP/AVP/TCP;unicast;interleaved=0-1");
        assertThat(plain.requests().get(3).header("Session")).isEqualTo("12");
        assertThat(events()).isEmpty();
    }

    /** The camera of two tracks sends both at once, the sound of which is 40 ms later than the picture. */
    @Test
    void shouldBeginTracksAsTheCameraSays() {
        String key = packet(0, 1, 90_000, true, "65888400");
        String sound = packet(2, 1, 11_920, true, "00100010aabb");
        play(request -> switch (request.method()) {
            case "DESCRIBE" -> ok("Content-Type: application/sdp", FakeCamera.SDP + """
                    m=audio 0 RTP/AVP 96\r
                    a=rtpmap:96 MPEG4-GENERIC/48000/2\r
                    a=fmtp:96 mode=AAC-hbr;config=1190;sizelength=13;indexlength=3;indexdeltalength=3\r
                    a=control:track2\r
                    """);
            case "PLAY" -> ok("Session: 12\r\nRTP-Info: url=rtsp://127.0.0.1/cam/track1;seq=1;rtptime=90000,"
                    + " url=track2;seq=1;rtptime=10000", "") + key + sound
                    + packet(0, 2, 93_600, true, "41e022");
            default -> plain(request);
        });
        await(() -> events().stream().anyMatch(event -> event.startsWith("sample 1")));
        long video = pts("sample 0");
        assertThat(pts("sample 1") - video).isEqualTo(3600);
    }

    private long pts(String sample) {
        return events().stream().filter(event -> event.startsWith(sample)).findFirst()
                .map(event -> Long.parseLong(event.split(" ")[2])).orElseThrow();
    }

    @Test
    void shouldReadPacketsBetweenAnswersAndOnTheChannelThatTheServerChose() {
        String key = packet(4, 1, 0, true, "65888400");
        play(request -> switch (request.method()) {
            case "SETUP" -> ok("Session: 1\r\nTransport: RTP/AVP/TCP;interleaved=4-5", "");
            case "PLAY" -> key + "\r\njunk" + packet(0, 1, 0, true, "6588") + ok("Session: 1", "")
                    + packet(4, 2, 3600, true, "41e022");
            default -> plain(request);
        });
        await(() -> events().size() == 3);
        assertThat(events()).containsExactly("tracks [H264#0]", "sample 0 90000 key", "sample 0 93600");
    }

    @Test
    void shouldFollowContentBaseAndAbsoluteControls() {
        FakeCamera base = play(request -> request.method().equals("DESCRIBE")
                ? ok("Content-Base: rtsp://10.0.0.1/other/", FakeCamera.SDP.replace("s=camera", "s=c\r\na=control:*"))
                : plain(request));
        await(() -> base.methods().contains("PLAY"));
        assertThat(base.requests().get(2).uri()).isEqualTo("rtsp://10.0.0.1/other/track1");
        assertThat(base.requests().get(3).uri()).isEqualTo("rtsp://10.0.0.1/other/");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "Digest realm=\"a\", nonce=\"n\"|Digest username=\"me\", realm=\"a\", nonce=\"n\"",
            "Digest realm=\"a\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256|Digest username=\"me\"",
            "Basic realm=\"a\"|Basic bWU6c2VjcmV0"})
    void shouldProveWhoAsks(String challenge, String proof) {
        FakeCamera guarded = play(request -> request.header("Authorization").isEmpty()
                ? answer("401 Unauthorized", "WWW-Authenticate: " + challenge, "")
                : plain(request), new RtspOptions(Optional.of(new RtspOptions.User("me", "secret")), false, false));
        await(() -> guarded.methods().contains("PLAY"));
        assertThat(guarded.requests().getLast().header("Authorization")).startsWith(proof);
        assertThat(guarded.methods()).containsExactly("OPTIONS", "OPTIONS", "DESCRIBE", "SETUP", "PLAY");
    }

    @Test
    void shouldAnswerAStaleChallengeAgainButNotAWrongPassword() {
        FakeCamera stale = play(request -> request.header("Authorization").isEmpty()
                || (request.method().equals("DESCRIBE") && request.header("Authorization").contains("\"n1\""))
                        ? answer("401 Unauthorized", "WWW-Authenticate: Digest realm=\"a\", nonce=\"n"
                                + (request.method().equals("DESCRIBE") ? "2\", stale=true" : "1\""), "")
                        : request.method().equals("SETUP")
                                ? answer("401 Unauthorized", "WWW-Authenticate: Digest realm=\"a\", nonce=\"n3\"", "")
                                : plain(request),
                new RtspOptions(Optional.of(new RtspOptions.User("me", "secret")), false, false));
        await(() -> !events().isEmpty());
        assertThat(stale.methods()).containsExactly("OPTIONS", "OPTIONS", "DESCRIBE", "DESCRIBE", "SETUP");
        assertThat(events().getFirst()).endsWith(" answered 401: user or password is wrong").doesNotContain("secret");
    }

    @Test
    void shouldFollowARedirect() {
        FakeCamera moved = play(request -> request.connection() == 1 && request.method().equals("DESCRIBE")
                ? answer("302 Moved", "Location: rtsp://127.0.0.1:" + camera.port() + "/new", "")
                : plain(request));
        await(() -> moved.methods().contains("PLAY"));
        assertThat(moved.requests().getLast().uri()).endsWith("/new");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "DESCRIBE|404 Not Found|answered 404 Not Found to DESCRIBE (expected: a path that it serves)",
            "SETUP|453 Not Enough Bandwidth|answered 453 Not Enough Bandwidth to SETUP: it takes no more sessions",
            "PLAY|503 Busy|answered 503 Busy to PLAY: it takes no more sessions",
            "SETUP|461 No|answered 461 No to SETUP (expected: rtspTransport: UDP)",
            "OPTIONS|401 No|wants a user and a password (expected: secretRef with a Secret that has username and password)",
            "DESCRIBE|302 Moved|answered 302 Moved without a Location (expected: rtsp://host/path)"})
    void shouldSayWhyAServerRefuses(String method, String status, String reason) {
        FakeCamera refusing = play(
                request -> request.method().equals(method) ? answer(status, "", "") : plain(request));
        await(() -> !events().isEmpty());
        assertThat(events()).containsExactly("ended " + SourceUrl.parse(refusing.url()).remote() + " " + reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "m=video 0 RTP/AVP 26|sends MJPEG video, which is not served (expected: H.264 or H.265)",
            "m=video 0 RTP/AVP 97#a=rtpmap:97 MP4V-ES/90000|sends MP4V-ES video, which is not served (expected: H.264 or H.265)",
            "m=application 0 RTP/AVP 107|offers nothing that is served (expected: H.264 or H.265 video, or AAC, Opus or G.711 audio)",
            "|offers nothing that is served (expected: H.264 or H.265 video, or AAC, Opus or G.711 audio)"})
    void shouldSayWhatIsNotServed(@Nullable String lines, String reason) {
        String sdp = "v=0\r\n" + (lines == null ? "x=y\r\n" : lines.replace("#", "\r\n") + "\r\n");
        play(request -> request.method().equals("DESCRIBE") ? ok("", sdp) : plain(request));
        await(() -> !events().isEmpty());
        assertThat(events().getFirst()).endsWith(reason);
    }

    @Test
    void shouldLeaveUnknownAudioOut() {
        FakeCamera odd = play(request -> request.method().equals("DESCRIBE")
                ? ok("", FakeCamera.SDP + "m=audio 0 RTP/AVP 98\r\na=rtpmap:98 G726-32/8000\r\na=control:track2\r\n")
                : plain(request));
        await(() -> odd.methods().contains("PLAY"));
        assertThat(odd.methods()).containsOnlyOnce("SETUP");
        assertThat(events()).containsExactly(
                "noted audio is left out: G726-32 is not served (expected: AAC, Opus or G.711)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"HTTP/1.1 400 Bad|answered with HTTP/1.1 400 Bad (expected: RTSP/1.0)",
            "RTSP/1.0 abc|answered with RTSP/1.0 abc (expected: a status)",
            "RTSP/1.0 200 OK#Content-Length: 9999999|sent an answer with Content-Length 9999999 (expected: 0 to 65536)",
            "RTSP/1.0 200 OK#Content-Length: x|sent an answer with Content-Length x (expected: 0 to 65536)"})
    void shouldSayWhatIsNoRtsp(String head, String reason) {
        play(request -> head.replace("#", "\r\n") + "\r\n\r\n");
        await(() -> !events().isEmpty());
        assertThat(events().getFirst()).endsWith(reason);
    }

    @Test
    void shouldBoundWhatIsKept() {
        play(request -> "RTSP/1.0 200 OK\r\n" + "a: b\r\n".repeat(5000));
        await(() -> !events().isEmpty());
        assertThat(events().getFirst()).endsWith("sent an answer with a head of more than 16384 bytes");
    }

    @Test
    void shouldEndWhenTheServerCloses() {
        play(request -> request.method().equals("PLAY") ? "close" : plain(request));
        await(() -> !events().isEmpty());
        assertThat(events().getFirst()).endsWith("closed the connection instead of an answer to PLAY");
    }

    @Test
    void shouldAnswerRequestsOfTheServer() {
        FakeCamera asking = play(request -> request.method().equals("PLAY")
                ? "OPTIONS * RTSP/1.0\r\nCSeq: 7\r\n\r\n" + plain(request)
                : plain(request));
        await(() -> asking.methods().contains("RTSP/1.0"));
        assertThat(asking.requests().stream().filter(r -> r.method().equals("RTSP/1.0")).findFirst().orElseThrow()
                .header("CSeq")).isEqualTo("7");
    }

    private void await(BooleanSupplier condition) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within 10s: " + events() + camera.methods());
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    private synchronized List<String> events() {
        return List.copyOf(events);
    }

    private synchronized void note(String event) {
        events.add(event);
    }

    @Override
    public void bytes(ByteBuf bytes) {
        bytes.release();
        note("bytes");
    }

    @Override
    public void tracks(List<Track> tracks) {
        note("tracks " + tracks);
    }

    @Override
    public void sample(Sample sample) {
        sample.data().release();
        note("sample " + sample.track() + " " + sample.dts() + (sample.key() ? " key" : ""));
    }

    @Override
    public void noted(String text) {
        note("noted " + text);
    }

    @Override
    public void skipped(long bytes) {
        note("skipped");
    }

    @Override
    public void restarted(String reason, boolean silent) {
        note("restarted " + reason);
    }

    @Override
    public void ended(String reason, boolean forGood) {
        note("ended " + reason);
    }
}
