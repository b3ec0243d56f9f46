package dev.penstock.dataplane.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Several sources of one stream, on a clock that moves when told. */
class FailoverTest {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration STALL = Duration.ofSeconds(10);

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel loop = EmbeddedChannel.builder().ticker(ticker).build();
    private final RecordingSink sink = new RecordingSink();
    private final List<FakeSource> sources = new ArrayList<>();
    private PullSource source;

    @AfterEach
    void stop() {
        source.stop();
        assertThat(sources).flatMap(s -> s.connections).allMatch(c -> c.closed);
        loop.close();
    }

    @Test
    void shouldGoBackToABetterSourceAtAKeyFrameOnceItIsHealthy() {
        start(2, new PullConfig.Failover(Duration.ofSeconds(30), 0, false));
        at(0).gop();
        fail(0);
        at(1).gop();
        pass(Duration.ofMillis(100));
        assertThat(sink.events()).containsExactly("connecting 0", "begin 0", "connected 0",
                "end source 0 failed", "failed 0 source 0 failed; at once", "connecting 1", "begin 1", "connected 1");

        assertThat(sources.get(0).connections).as("the better one is tried at once").hasSize(2);
        for (int second = 0; second < 29; second++) {
            at(0).gop();
            at(1).gop();
            pass(Duration.ofSeconds(1));
        }
        assertThat(sink.count("begin")).isEqualTo(2);
        pass(Duration.ofSeconds(1));
        at(0).frames(3, 400);
        assertThat(sink.count("begin")).as("no key frame yet").isEqualTo(2);
        at(0).gop();

        assertThat(sink.events().subList(8, 11)).containsExactly("end back to tcp://host0", "begin 0", "connected 0");
        assertThat(at(1).closed).isTrue();
        int bytes = sink.size();
        at(0).frames(3, 400);
        assertThat(sink.size()).isGreaterThan(bytes);
    }

    @Test
    void shouldNotGoBackToASourceThatFailsAgain() {
        start(2, new PullConfig.Failover(Duration.ofSeconds(30), 0, false));
        fail(0);
        at(1).gop();
        for (int round = 0; round < 10; round++) {
            for (int second = 0; second < 20; second++) {
                at(0).gop();
                at(1).gop();
                pass(Duration.ofSeconds(1));
            }
            fail(0);
            at(1).gop();
        }

        assertThat(sink.count("begin")).isOne();
        assertThat(sink.count("failed")).as("nobody needs to hear of those beside").isOne();
    }

    @Test
    void shouldTakeTheBetterOneAtOnceWhenTheOtherFails() {
        start(2, new PullConfig.Failover(Duration.ofSeconds(30), 0, false));
        fail(0);
        at(1).gop();
        pass(Duration.ofMillis(100));
        at(0).gop();
        int bytes = sink.size();
        fail(1);

        assertThat(sink.events()).endsWith("end source 1 failed", "failed 1 source 1 failed; at once", "begin 0",
                "connected 0");
        assertThat(sink.size()).as("it begins with what was kept").isGreaterThan(bytes + 2000);
        assertThat(sources.get(0).connections).hasSize(2);
    }

    @Test
    void shouldChangeWithoutAConnectWhenAStandbyIsWarm() {
        start(3, new PullConfig.Failover(Duration.ofSeconds(30), 0, true));
        at(0).gop();
        assertThat(sources.get(1).connections).hasSize(1);
        fail(1);
        assertThat(sources.get(2).connections).as("the next that can be reached").hasSize(1);
        at(2).gop();
        int bytes = sink.size();
        fail(0);

        assertThat(sink.events()).endsWith("failed 0 source 0 failed; at once", "begin 2", "connected 2");
        assertThat(sink.size()).isGreaterThan(bytes + 2000);
        assertThat(sources.get(0).connections).as("better ones are tried beside").hasSize(2);
    }

    @Test
    void shouldKeepTheSourceThatItLeavesAsTheStandby() {
        start(2, new PullConfig.Failover(Duration.ofSeconds(5), 0, true));
        fail(0);
        at(1).gop();
        pass(Duration.ofMillis(100));
        at(0).gop();
        pass(Duration.ofSeconds(5));
        at(1).gop();
        at(0).gop();
        assertThat(sink.events()).endsWith("end back to tcp://host0", "begin 0", "connected 0");
        assertThat(at(1).closed).isFalse();
        at(1).gop();
        fail(0);

        assertThat(sink.events()).endsWith("failed 0 source 0 failed; at once", "begin 1", "connected 1");
        assertThat(sources.get(1).connections).hasSize(1);
    }

    @Test
    void shouldGiveUpASourceBelowItsRate() {
        start(1, new PullConfig.Failover(Duration.ofSeconds(30), 100_000, false));
        for (int second = 0; second < 30; second++) {
            at(0).frames(25, 1000);
            pass(Duration.ofSeconds(1));
        }
        assertThat(sink.count("failed")).isZero();
        for (int second = 0; second < 11; second++) {
            at(0).frames(5, 400);
            pass(Duration.ofSeconds(1));
        }

        assertThat(sink.events()).contains("failed 0 tcp://host0: below 100000 bit/s for 10s; at once");
    }

    @Test
    void shouldPayOnlyTheConnectTimeForADeadUrl() {
        start(3, PullConfig.Failover.DEFAULT);
        pass(CONNECT.plusMillis(50));
        assertThat(sources.get(1).connections).hasSize(1);
        pass(CONNECT.plusMillis(50));
        assertThat(sources.get(2).connections).hasSize(1);
        at(2).gop();

        assertThat(sink.events()).endsWith("connecting 2", "begin 2", "connected 2");
    }

    @Test
    void shouldStartAgainAfterAStop() {
        start(1, PullConfig.Failover.DEFAULT);
        at(0).gop();
        source.stop();
        source.start();
        at(0).gop();

        assertThat(sink.events()).endsWith("end stopped", "connecting 0", "begin 0", "connected 0");
    }

    private FakeSource.Connection at(int index) {
        return sources.get(index).last();
    }

    private void fail(int index) {
        at(index).fails();
        pass(Duration.ofMillis(100));
    }

    private void start(int count, PullConfig.Failover failover) {
        for (int i = 0; i < count; i++) {
            sources.add(new FakeSource(i));
        }
        PullConfig config = new PullConfig(List.of(), PullConfig.Order.PRIORITY, CONNECT, STALL).with(failover);
        ConnectGate gate = new ConnectGate(ConnectGate.Limits.DEFAULTS, ticker, new Random(1));
        source = new PullSource(sources, config, loop.eventLoop(), sink, sink, new PullContext(
                new IngestMetrics(new SimpleMeterRegistry()), IngestLimits.DEFAULTS, gate, new Random(1)));
        source.start();
        pass(Duration.ofMillis(100));
    }

    /** Lets time go by in steps, so that timers that follow from timers have their turn. */
    private void pass(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 50) {
            ticker.advance(Math.min(50, left), TimeUnit.MILLISECONDS);
            loop.runScheduledPendingTasks();
            loop.runPendingTasks();
        }
    }
}
