package dev.penstock.dataplane.trickplay;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.FakeExchange;

import static org.assertj.core.api.Assertions.assertThat;

class PosterHandlerTest {
    private final Queue<Runnable> jobs = new ArrayDeque<>();
    private final AtomicLong nanos = new AtomicLong();
    private final FakeKeyframes stream = new FakeKeyframes();
    private boolean full;
    private final Posters posters = new Posters(this::run, nanos::get);

    private static final class FakeKeyframes implements Keyframes {
        private Optional<ByteBuf> newest = Optional.empty();
        private int asked;
        private int touched;

        @Override
        public void touch() {
            touched++;
        }

        @Override
        public void newest(Consumer<Optional<ByteBuf>> taker) {
            asked++;
            taker.accept(newest.map(ByteBuf::retain));
        }
    }

    private void run(Runnable job) {
        if (full) {
            throw new RejectedExecutionException();
        }
        jobs.add(job);
    }

    @Test
    void shouldRefuseWidthsOutsideTheLimits() {
        for (String width : List.of("15", "1921", "-1", "640px", "", "99999")) {
            FakeExchange exchange = asked().asking("w", width).handledBy(handler());
            assertThat(exchange.status()).isEqualTo(400);
            assertThat(exchange.text()).contains("w: " + width + " (expected: 16 to 1920, pixels of width)");
        }
        assertThat(stream.touched).isZero();
    }

    @Test
    void shouldAnswer404WhenThereIsNoSuchStream() {
        FakeExchange exchange = asked().param("name", "other").handledBy(handler());
        assertThat(exchange.status()).isEqualTo(404);
        assertThat(exchange.text()).contains("stream default/other: not served here");
    }

    @Test
    void shouldTouchAndAskToComeAgainWhenThereIsNoKeyframeYet() {
        FakeExchange exchange = asked().asking("w", "100").handledBy(handler());
        assertThat(exchange.status()).isEqualTo(503);
        assertThat(exchange.headers()).containsEntry("Retry-After", "1");
        assertThat(exchange.text()).contains("poster of stream default/cam: has no keyframe yet");
        assertThat(stream.touched).isEqualTo(1);
    }

    @Test
    void shouldMakeOneAtATimeForAStreamAndShareIt() throws IOException {
        stream.newest = Optional.of(ts("aac.ts"));
        List<Posters.Poster> answers = new ArrayList<>();
        posters.ask("default/cam", stream, 640, answers::add);
        posters.ask("default/cam", stream, 640, answers::add);
        posters.ask("default/cam", stream, 320, answers::add);
        posters.ask("default/other", stream, 320, answers::add);
        assertThat(stream.asked).isEqualTo(2);
        assertThat(jobs).hasSize(2);
        jobs.remove().run();
        assertThat(answers).hasSize(2).allMatch(p -> p.status() == 404 && p.problem().equals("has no video"));
        assertThat(jobs).hasSize(2);
        jobs.remove().run();
        jobs.remove().run();
        assertThat(answers).hasSize(4);
        assertThat(stream.newest.orElseThrow().refCnt()).isEqualTo(1);
    }

    @Test
    void shouldNameAVideoThatIsNotDecoded() throws IOException {
        stream.newest = Optional.of(ts("mpeg2-mp2.ts"));
        List<Posters.Poster> answers = new ArrayList<>();
        posters.ask("default/cam", stream, 640, answers::add);
        jobs.remove().run();
        assertThat(answers.getFirst().status()).isEqualTo(404);
        assertThat(answers.getFirst().problem()).contains("MPEG-2 video");
    }

    @Test
    void shouldAnswer503AndReleaseWhenTooManyAreInTheMaking() throws IOException {
        stream.newest = Optional.of(ts("aac.ts"));
        full = true;
        List<Posters.Poster> answers = new ArrayList<>();
        posters.ask("default/cam", stream, 640, answers::add);
        assertThat(answers.getFirst().status()).isEqualTo(503);
        assertThat(stream.newest.orElseThrow().refCnt()).isEqualTo(1);
        full = false;
        posters.ask("default/cam", stream, 640, answers::add);
        assertThat(jobs).hasSize(1);
    }

    @Test
    void shouldBoundWhoWaits() throws IOException {
        stream.newest = Optional.of(ts("aac.ts"));
        List<Posters.Poster> answers = new ArrayList<>();
        for (int i = 0; i <= Posters.MAX_WAITING; i++) {
            posters.ask("default/cam", stream, 640, answers::add);
        }
        assertThat(answers).singleElement().satisfies(p -> assertThat(p.status()).isEqualTo(503));
    }

    private PosterHandler handler() {
        return new PosterHandler((ns, name) -> name.equals("cam") ? Optional.of(stream) : Optional.empty(), nanos::get);
    }

    private static FakeExchange asked() {
        return new FakeExchange(new EmbeddedChannel()).param("ns", "default").param("name", "cam");
    }

    private static ByteBuf ts(String file) throws IOException {
        try (InputStream in = PosterHandlerTest.class.getResourceAsStream("/media/" + file)) {
            return Unpooled.wrappedBuffer(in.readAllBytes());
        }
    }
}
