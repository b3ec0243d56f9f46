package dev.penstock.dataplane.ingest.slate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.hub.TsMaker;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.SampleSink;
import dev.penstock.dataplane.media.SourceInfo;
import dev.penstock.dataplane.media.Track;

import static org.assertj.core.api.Assertions.assertThat;

class SlateSwitchTest {
    private static final SourceInfo CAMERA = new SourceInfo("tcp", "tcp://cam", 0);

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel loop = EmbeddedChannel.builder().ticker(ticker).build();
    private final Hub hub = new Hub();
    private final SlateSwitch slates = new SlateSwitch(hub, loop.eventLoop());
    private final TsMaker maker = new TsMaker(true, 0);
    private int frame;
    private int asked;

    @AfterEach
    void stop() {
        slates.rest();
        loop.close();
    }

    @Test
    void shouldShowTheSlateASecondAfterTheSourceHasGone() {
        slates.use(this::clip);
        slates.wake();
        slates.begin(CAMERA);
        send(true);
        pass(Duration.ofSeconds(5));
        assertThat(asked).isZero();
        slates.end("gone");
        pass(Duration.ofMillis(900));
        assertThat(slates.isActive()).isFalse();
        pass(Duration.ofMillis(200));

        assertThat(slates.isActive()).isTrue();
        assertThat(hub.events).containsExactly("begin tcp", "end gone", "begin slate");
        int packets = hub.packets;
        pass(Duration.ofSeconds(1));
        assertThat(hub.packets - packets).as("at its speed").isBetween(20, 120);
    }

    @Test
    void shouldLetTheSourceTakeOverAtItsFirstKeyFrame() {
        slates.use(this::clip);
        slates.wake();
        pass(Duration.ofSeconds(2));
        slates.begin(CAMERA);
        send(false);
        assertThat(hub.events).containsExactly("begin slate");
        send(true);
        assertThat(hub.events).containsExactly("begin slate", "end the source is there", "begin tcp");
        int packets = hub.packets;
        send(false);

        assertThat(hub.packets).isGreaterThan(packets);
        assertThat(slates.isActive()).isFalse();
    }

    @Test
    void shouldGoOnWhenTheSourceLeavesBeforeItsFirstKeyFrame() {
        slates.use(this::clip);
        slates.wake();
        pass(Duration.ofSeconds(2));
        slates.begin(CAMERA);
        send(false);
        slates.end("gone");
        pass(Duration.ofSeconds(2));

        assertThat(hub.events).containsExactly("begin slate");
    }

    @Test
    void shouldAskAgainForASlateThatCannotBeHad() {
        slates.use((ready, failed) -> {
            asked++;
            failed.run();
        });
        slates.wake();
        pass(Duration.ofSeconds(10));

        assertThat(asked).isBetween(4, 6);
        assertThat(hub.events).isEmpty();
    }

    @Test
    void shouldPassEverythingWithoutASlate() {
        slates.wake();
        slates.begin(CAMERA);
        send(false);
        slates.end("gone");
        pass(Duration.ofSeconds(5));

        assertThat(hub.events).containsExactly("begin tcp", "end gone");
        assertThat(hub.packets).isPositive();
    }

    @Test
    void shouldShowAnotherSlateAndNoneWhenToldSo() {
        slates.use(this::clip);
        slates.wake();
        pass(Duration.ofSeconds(2));
        slates.use(this::clip);
        assertThat(hub.events).containsExactly("begin slate", "end another slate", "begin slate");
        slates.use(null);

        assertThat(hub.events).endsWith("end no slate any more");
        pass(Duration.ofSeconds(5));
        assertThat(slates.isActive()).isFalse();
    }

    private void clip(Consumer<Slate.Clip> ready, Runnable failed) {
        asked++;
        TsMaker clip = new TsMaker(true, 0);
        List<byte[]> packets = new ArrayList<>(clip.psi());
        for (int i = 0; i < 8; i++) {
            packets.addAll(clip.frame(i, i == 0, 300));
        }
        ByteBuf bytes = TsMaker.buffer(packets);
        ready.accept(new Slate.Clip(bytes.array(), 8 * TsMaker.FRAME));
    }

    private void send(boolean key) {
        List<byte[]> packets = new ArrayList<>(maker.psi());
        packets.addAll(maker.frame(frame++, key, 300));
        slates.packets(TsMaker.buffer(packets));
    }

    private void pass(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 20) {
            ticker.advance(20, TimeUnit.MILLISECONDS);
            loop.runScheduledPendingTasks();
            loop.runPendingTasks();
        }
    }

    private static final class Hub implements SampleSink {
        private final List<String> events = new ArrayList<>();
        private int packets;

        @Override
        public void begin(SourceInfo source) {
            events.add("begin " + source.protocol());
        }

        @Override
        public void packets(ByteBuf in) {
            packets += in.readableBytes() / 188;
            in.release();
        }

        @Override
        public void tracks(List<Track> tracks) {}

        @Override
        public void sample(Sample sample) {
            sample.data().release();
        }

        @Override
        public void end(String reason) {
            events.add("end " + reason);
        }
    }
}
