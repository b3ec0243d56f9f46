package dev.penstock.dataplane.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectGateTest {
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel loop = EmbeddedChannel.builder().ticker(ticker).build();
    private final ConnectGate gate = new ConnectGate(new ConnectGate.Limits(32, 250, Duration.ofSeconds(2)), ticker,
            new Random(1));
    private final Map<String, Integer> underWay = new HashMap<>();
    private final Map<String, Integer> most = new HashMap<>();
    private final List<String> begun = new ArrayList<>();
    private int done;

    @Test
    void shouldConnectAThousandSourcesOfOneHostInTime() {
        for (int i = 0; i < 1000; i++) {
            connect("nvr", Duration.ofMillis(80));
        }
        pass(Duration.ofMillis(100));
        assertThat(gate.waiting()).isGreaterThan(900);
        pass(Duration.ofSeconds(6));

        assertThat(done).isEqualTo(1000);
        assertThat(most.get("nvr")).isLessThanOrEqualTo(32);
        assertThat(gate.waiting()).isZero();
    }

    @Test
    void shouldKeepToTheRateOverManyHosts() {
        for (int i = 0; i < 1000; i++) {
            connect("cam" + i, Duration.ofMillis(80));
        }
        int last = 0;
        for (int second = 0; second < 4; second++) {
            pass(Duration.ofSeconds(1));
            assertThat(begun.size() - last).as("second " + second).isBetween(200, 300);
            last = begun.size();
        }
        pass(Duration.ofSeconds(1));
        assertThat(done).isEqualTo(1000);
    }

    @Test
    void shouldLetHostsTakeTurns() {
        for (int i = 0; i < 500; i++) {
            connect("busy", Duration.ofSeconds(10));
        }
        pass(Duration.ofMillis(10));
        for (int i = 0; i < 5; i++) {
            connect("quiet", Duration.ofMillis(10));
        }
        pass(Duration.ofMillis(100));

        assertThat(begun.stream().filter(h -> h.equals("quiet"))).hasSize(5);
    }

    @Test
    void shouldNotLetSilentConnectsKeepOthersOutForLong() {
        for (int i = 0; i < 40; i++) {
            connect("nvr", Duration.ofHours(1));
        }
        pass(Duration.ofMillis(1900));
        assertThat(begun).hasSize(32);
        pass(Duration.ofMillis(400));
        assertThat(begun).hasSize(40);
    }

    @Test
    void shouldForgetThoseThatDoNotWaitAnyMore() {
        ConnectGate.Ticket first = gate.enter("a", loop.eventLoop(), () -> begun.add("first"));
        ConnectGate.Ticket second = gate.enter("a", loop.eventLoop(), () -> begun.add("second"));
        gate.enter("b", loop.eventLoop(), () -> begun.add("third"));
        second.release();
        second.release();
        first.release();
        pass(Duration.ofMillis(50));

        assertThat(begun).containsExactly("first", "third");
        assertThat(gate.waiting()).isZero();
    }

    private void connect(String host, Duration takes) {
        ConnectGate.Ticket[] ticket = new ConnectGate.Ticket[1];
        ticket[0] = gate.enter(host, loop.eventLoop(), () -> {
            begun.add(host);
            underWay.merge(host, 1, Integer::sum);
            most.merge(host, underWay.get(host), Math::max);
            loop.eventLoop().schedule(() -> {
                underWay.merge(host, -1, Integer::sum);
                done++;
                ticket[0].release();
            }, takes.toNanos(), TimeUnit.NANOSECONDS);
        });
    }

    private void pass(Duration time) {
        for (long left = time.toNanos(); left > 0; left -= STEP_NANOS) {
            ticker.advance(STEP_NANOS, TimeUnit.NANOSECONDS);
            loop.runScheduledPendingTasks();
            loop.runPendingTasks();
        }
    }
}
