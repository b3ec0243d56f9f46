package dev.penstock.dataplane.ingest.push;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.ingest.push.SegmentSession.Outcome;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

import static org.assertj.core.api.Assertions.assertThat;

class SegmentSessionTest {
    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final List<String> played = new ArrayList<>();
    private final List<ByteBuf> bodies = new ArrayList<>();
    private long pending;
    private final SegmentSession session = new SegmentSession(new Heard(),
            new HttpPushLimits(1, 1, 1, 3, Duration.ofSeconds(3)), bytes -> pending -= bytes);

    SegmentSessionTest() {
        loop.freezeTime();
    }

    @Test
    void shouldPlayInOrderWhateverTheOrderOfArrival() {
        assertThat(add(7)).isEqualTo(Outcome.TAKEN);
        assertThat(add(9)).isEqualTo(Outcome.HELD);
        assertThat(add(10)).isEqualTo(Outcome.HELD);
        assertThat(add(8)).isEqualTo(Outcome.TAKEN);
        assertThat(add(11)).isEqualTo(Outcome.TAKEN);
        pass(10);
        assertThat(played).containsExactly("7", "8", "9", "10", "11");
        assertThat(pending).isZero();
    }

    @Test
    void shouldIgnoreRepeats() {
        add(1);
        add(2);
        assertThat(add(1)).isEqualTo(Outcome.REPEATED);
        assertThat(add(2)).isEqualTo(Outcome.REPEATED);
        add(4);
        assertThat(add(4)).isEqualTo(Outcome.REPEATED);
        add(3);
        assertThat(played).containsExactly("1", "2", "3", "4");
        assertThat(pending).isZero();
        assertThat(bodies).allMatch(body -> body.refCnt() == 0);
    }

    @Test
    void shouldMarkAGapAfterAWhile() {
        add(1);
        assertThat(add(4)).isEqualTo(Outcome.HELD);
        assertThat(add(5)).isEqualTo(Outcome.HELD);
        pass(2);
        assertThat(played).containsExactly("1");
        pass(2);
        assertThat(played).containsExactly("1", "gap", "4", "5");
        assertThat(add(3)).isEqualTo(Outcome.LATE);
        assertThat(add(6)).isEqualTo(Outcome.TAKEN);
        assertThat(played).endsWith("5", "6");
    }

    @Test
    void shouldNotHoldMoreThanAFew() {
        add(1);
        add(3);
        add(4);
        add(5);
        assertThat(played).containsExactly("1");
        assertThat(add(7)).isEqualTo(Outcome.TAKEN);
        assertThat(played).containsExactly("1", "gap", "3", "4", "5");
        pass(4);
        assertThat(played).endsWith("5", "gap", "7");
        assertThat(pending).isZero();
    }

    @Test
    void shouldFollowAPublisherThatCountsFromTheStartAgain() {
        add(100);
        add(101);
        add(103);
        assertThat(add(0)).isEqualTo(Outcome.TAKEN);
        assertThat(add(1)).isEqualTo(Outcome.TAKEN);
        assertThat(session.add(0, body("other"), 77)).isEqualTo(Outcome.TAKEN);
        pass(10);
        assertThat(played).containsExactly("100", "101", "gap", "0", "1", "gap", "other");
        assertThat(pending).isZero();
    }

    @Test
    void shouldReleaseWhatWaitsAtTheEnd() {
        add(1);
        add(3);
        session.close("gone");
        assertThat(add(2)).isEqualTo(Outcome.CLOSED);
        pass(10);
        assertThat(played).containsExactly("1", "closed gone");
        assertThat(pending).isZero();
        assertThat(bodies).allMatch(body -> body.refCnt() == 0);
    }

    private Outcome add(long sequence) {
        return session.add(sequence, body("" + sequence), sequence);
    }

    private ByteBuf body(String text) {
        ByteBuf body = Unpooled.copiedBuffer(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        pending += body.readableBytes();
        bodies.add(body);
        return body;
    }

    private void pass(int seconds) {
        loop.advanceTimeBy(seconds, TimeUnit.SECONDS);
        loop.runScheduledPendingTasks();
    }

    private final class Heard implements Publication {
        @Override
        public EventLoop loop() {
            return loop.eventLoop();
        }

        @Override
        public void onRevoked(Consumer<String> revoked) {}

        @Override
        public void packets(ByteBuf bytes) {
            played.add(bytes.toString(java.nio.charset.StandardCharsets.US_ASCII));
            bytes.release();
        }

        @Override
        public void tracks(List<Track> tracks) {}

        @Override
        public void sample(Sample sample) {}

        @Override
        public void discontinuity() {
            played.add("gap");
        }

        @Override
        public void close(String reason) {
            played.add("closed " + reason);
        }
    }
}
