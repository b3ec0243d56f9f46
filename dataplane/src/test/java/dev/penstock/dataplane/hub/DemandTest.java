package dev.penstock.dataplane.hub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DemandTest {
    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel loop = EmbeddedChannel.builder().ticker(ticker).build();
    private final Demand demand = new Demand(loop.eventLoop());
    private final List<Boolean> heard = new ArrayList<>();

    @Test
    void shouldBeWantedWhileALeaseIsHeldAndLingerBehind() {
        demand.onChange(heard::add);
        assertThat(demand.wanted()).isFalse();
        Demand.Lease lease = demand.acquire();
        pass(100);
        assertThat(heard).containsExactly(true);
        lease.close();
        lease.close();
        pass(29);
        assertThat(demand.wanted()).isTrue();
        assertThat(heard).containsExactly(true);
        pass(1);
        assertThat(demand.wanted()).isFalse();
        assertThat(heard).containsExactly(true, false);
        assertThat(demand.leases()).isZero();
    }

    @Test
    void shouldBeWantedAgainFromTheStartWhenSomebodyAsksDuringTheLinger() {
        demand.onChange(heard::add);
        demand.touch();
        for (int i = 0; i < 10; i++) {
            pass(20);
            demand.touch();
        }
        assertThat(heard).containsExactly(true);
        pass(30);
        assertThat(heard).containsExactly(true, false);
        demand.touch();
        pass(0);
        assertThat(heard).containsExactly(true, false, true);
    }

    @Test
    void shouldBeWantedWhileABranchIs() {
        Demand branch = demand.branch();
        demand.onChange(heard::add);
        branch.touch();
        pass(0);
        assertThat(heard).containsExactly(true);
        pass(30);
        assertThat(branch.wanted()).isFalse();
        assertThat(demand.leases()).isZero();
        assertThat(demand.wanted()).as("as after any lease").isTrue();
        pass(30);
        assertThat(heard).containsExactly(true, false);
        branch.acquire();
        pass(0);
        assertThat(heard).containsExactly(true, false, true);
    }

    @Test
    void shouldHoldNoTimerWhileNobodyWantsItOrALeaseIsHeld() {
        demand.onChange(heard::add);
        assertThat(loop.runScheduledPendingTasks()).isEqualTo(-1);
        Demand.Lease lease = demand.acquire();
        assertThat(loop.runScheduledPendingTasks()).isEqualTo(-1);
        lease.close();
        assertThat(loop.runScheduledPendingTasks()).isPositive();
        pass(30);
        assertThat(loop.runScheduledPendingTasks()).isEqualTo(-1);
    }

    @Test
    void shouldTellEachListenerAfterItsOwnLinger() {
        List<Boolean> quick = new ArrayList<>();
        demand.onChange(heard::add);
        demand.onChange(Duration.ofSeconds(5), quick::add);
        demand.acquire().close();
        pass(5);
        assertThat(quick).containsExactly(true, false);
        demand.touch();
        pass(5);
        assertThat(quick).containsExactly(true, false, true, false);
        assertThat(heard).containsExactly(true);
        pass(25);
        assertThat(heard).containsExactly(true, false);
    }

    @Test
    void shouldTellAtOnceWhenAListenerComesToAStreamThatIsWanted() {
        demand.acquire();
        demand.onChange(heard::add);
        assertThat(heard).containsExactly(true);
        demand.end();
        pass(60);
        assertThat(heard).containsExactly(true);
    }

    @Test
    void shouldReachTheLoopWhenOthersAsk() throws InterruptedException {
        demand.onChange(heard::add);
        Demand.Lease[] leases = new Demand.Lease[1];
        Thread other = Thread.ofPlatform().start(() -> leases[0] = demand.acquire());
        other.join();
        pass(0);
        assertThat(heard).containsExactly(true);
        Thread.ofPlatform().start(() -> leases[0].close()).join();
        pass(30);
        assertThat(heard).containsExactly(true, false);
    }

    @Test
    void shouldTellTheRightThingLastWhenAListenerAcquires() {
        List<Demand.Lease> leases = new ArrayList<>();
        demand.onChange(wanted -> {
            if (!wanted && leases.isEmpty()) {
                leases.add(demand.acquire());
            }
        });
        demand.onChange(heard::add);
        demand.touch();
        pass(30);
        pass(0);
        assertThat(heard).containsExactly(true, false, true);
    }

    private void pass(long seconds) {
        ticker.advance(seconds, TimeUnit.SECONDS);
        loop.runScheduledPendingTasks();
        loop.runPendingTasks();
    }
}
