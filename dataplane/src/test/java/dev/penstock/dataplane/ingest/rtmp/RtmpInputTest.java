package dev.penstock.dataplane.ingest.rtmp;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.penstock.dataplane.http.Transport;
import dev.penstock.dataplane.ingest.IngestLimits;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.SourceUrl;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

import static org.assertj.core.api.Assertions.assertThat;

/** Playing from servers that want a user and a password. */
class RtmpInputTest implements InputEvents {
    private final Transport transport = Transport.open(1, "rtmp");
    private final List<String> events = new CopyOnWriteArrayList<>();
    private @Nullable AskingServer server;
    private @Nullable RtmpInput input;

    private AskingServer play(boolean withOpaque, Optional<RtmpLogin> login) throws IOException {
        AskingServer asking = new AskingServer(transport, withOpaque);
        server = asking;
        IngestLimits limits = IngestLimits.DEFAULTS;
        InputSettings settings = new InputSettings(transport.group().next(), Duration.ofSeconds(5),
                limits.maxRedirects(), limits.maxHeaderBytes(), limits.window(), limits.bufferBytes(),
                limits.udpReceiveBytes(), limits.killAfter(), () -> {}, null);
        RtmpInput made = new RtmpInput(SourceUrl.parse("rtmp://127.0.0.1:" + asking.port() + "/live/cam"), login,
                settings, this, new Random(1));
        input = made;
        settings.loop().execute(made::start);
        return asking;
    }

    @AfterEach
    void end() throws InterruptedException {
        RtmpInput made = input;
        if (made != null) {
            transport.group().next().submit(made::close).await();
        }
        if (server != null) {
            server.close();
        }
        transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void shouldAnswerAServerThatWantsAUser(boolean withOpaque) throws IOException {
        AskingServer asking = play(withOpaque, Optional.of(new RtmpLogin("me", "secret")));
        awaitEvent("sample");
        assertThat(asking.applications).hasSize(3);
        assertThat(asking.applications.get(0)).isEqualTo("live");
        assertThat(asking.applications.get(1)).isEqualTo("live?authmod=adobe&user=me");
        assertThat(asking.applications).noneMatch(said -> said.contains("secret"));
        assertThat(events).doesNotContain("ended");
    }

    @ParameterizedTest
    @CsvSource({"me,wrong", "you,secret"})
    void shouldSayThatUserOrPasswordIsWrong(String user, String password) throws IOException {
        AskingServer asking = play(true, Optional.of(new RtmpLogin(user, password)));
        awaitEvent("ended");
        assertThat(events).containsExactly(
                "ended rtmp://127.0.0.1:" + asking.port() + "/live/cam: refused: wrong user or password");
    }

    @Test
    void shouldSayThatASecretIsWanted() throws IOException {
        AskingServer asking = play(true, Optional.empty());
        awaitEvent("ended");
        assertThat(events).containsExactly("ended rtmp://127.0.0.1:" + asking.port() + "/live/cam: wants a user and a"
                + " password (expected: secretRef with a Secret that has username and password)");
        assertThat(asking.applications).containsExactly("live");
    }

    @Test
    void shouldNotAskForEver() {
        AdobeAuth auth = new AdobeAuth(Optional.of(new RtmpLogin("me", "secret")), new Random(1));
        assertThat(auth.challenged("[ code=403 need auth; authmod=adobe ] : ")).isEmpty();
        assertThat(auth.challenged("[ code=403 need auth; authmod=adobe ] : ")).isPresent();
        assertThat(auth.challenged("[ authmod=adobe ] : ?reason=needauth&user=me&salt=1&challenge=2")).isEmpty();
        assertThat(auth.challenged("[ authmod=adobe ] : ?reason=needauth&user=me&salt=1&challenge=2")).isPresent();
        assertThat(auth.challenged("authmod=llnw ] : ?reason=needauth&nonce=1"))
                .hasValue("wants authentication that is not known (expected: adobe)");
        assertThat(auth.challenged("authmod=")).isPresent();
    }

    private void awaitEvent(String event) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (events.stream().noneMatch(each -> each.startsWith(event))) {
            assertThat(System.nanoTime()).as("%s among %s", event, events).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void bytes(ByteBuf bytes) {
        bytes.release();
    }

    @Override
    public void tracks(List<Track> tracks) {
        events.add("tracks");
    }

    @Override
    public void sample(Sample sample) {
        sample.data().release();
        events.add("sample");
    }

    @Override
    public void skipped(long bytes) {
        events.add("skipped");
    }

    @Override
    public void restarted(String reason, boolean silent) {
        events.add("restarted");
    }

    @Override
    public void ended(String reason, boolean forGood) {
        events.add("ended " + reason);
    }
}
