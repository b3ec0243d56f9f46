package dev.penstock.dataplane.access;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.access.Admission.Limit;
import dev.penstock.dataplane.access.Admission.Seat;
import dev.penstock.dataplane.access.Admission.TurnedAway;
import dev.penstock.dataplane.access.Admission.Welcome;

import static org.assertj.core.api.Assertions.assertThat;

class ViewerBookTest {
    private static final String CAM = "ns/cam";

    private final AtomicLong nanos = new AtomicLong();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<String> loads = new ArrayList<>();
    private final ViewerBook book = new ViewerBook(nanos::get, new LimitMetrics(registry),
            (stream, load, viewers) -> loads.add((stream == null ? "pod" : stream) + " " + load + " " + viewers));

    @Test
    void shouldServeToTheHardLimitAndBeFullFromTheSoftOne() {
        book.open(CAM, new Limits(10, 12, 0));
        for (int i = 1; i <= 9; i++) {
            assertThat(connect(i)).isInstanceOf(Seat.class);
        }
        assertThat(book.load(CAM)).isEqualTo(Load.OK);
        assertThat(connect(10)).isInstanceOf(Seat.class);
        assertThat(book.load(CAM)).isEqualTo(Load.FULL);
        assertThat(connect(11)).isInstanceOf(Seat.class);
        assertThat(connect(12)).isInstanceOf(Seat.class);
        assertThat(connect(13)).isEqualTo(new TurnedAway(Limit.STREAM,
                "stream ns/cam: has 12 viewers, which is its limit (spec.limits.hardViewers)"));
        assertThat(book.viewers(CAM)).isEqualTo(12);
        assertThat(registry.get("penstock.viewers.refused").tag("limit", "stream").counter().count()).isEqualTo(1);
        assertThat(loads).containsExactly("ns/cam FULL 10");
    }

    @Test
    void shouldBeFullUntilATenthOfTheSoftLimitHasLeft() {
        book.open(CAM, new Limits(10, 0, 0));
        List<Seat> seats = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            seats.add((Seat) connect(i));
        }
        seats.removeLast().close();
        assertThat(book.load(CAM)).isEqualTo(Load.FULL);
        seats.removeLast().close();
        assertThat(book.load(CAM)).isEqualTo(Load.OK);
        connect(8);
        assertThat(book.load(CAM)).isEqualTo(Load.OK);
        connect(9);
        assertThat(book.load(CAM)).isEqualTo(Load.FULL);
        assertThat(loads).containsExactly("ns/cam FULL 10", "ns/cam OK 8", "ns/cam FULL 10");
    }

    @Test
    void shouldTakeASeatBackOnce() {
        book.open(CAM, new Limits(0, 1, 0));
        Seat seat = (Seat) connect(1);
        assertThat(connect(2)).isInstanceOf(TurnedAway.class);
        seat.close();
        seat.close();
        assertThat(book.viewers(CAM)).isZero();
        assertThat(connect(2)).isInstanceOf(Seat.class);
        assertThat(connect(3)).isInstanceOf(TurnedAway.class);
    }

    @Test
    void shouldLetPlayersGoOnThatAreIn() {
        book.open(CAM, new Limits(0, 1, 0));
        assertThat(play("10.0.0.1", "vlc")).isInstanceOf(Welcome.class);
        assertThat(play("10.0.0.1", "firefox")).isInstanceOf(TurnedAway.class);
        assertThat(play("10.0.0.2", "vlc")).isInstanceOf(TurnedAway.class);
        pass(59);
        assertThat(play("10.0.0.1", "vlc")).isInstanceOf(Welcome.class);
        pass(59);
        assertThat(play("10.0.0.2", "vlc")).isInstanceOf(TurnedAway.class);
        pass(2);
        assertThat(play("10.0.0.2", "vlc")).isInstanceOf(Welcome.class);
        assertThat(play("10.0.0.1", "vlc")).isInstanceOf(TurnedAway.class);
    }

    @Test
    void shouldNotCountWhoOnlyAsks() {
        book.open(CAM, new Limits(0, 1, 0));
        assertThat(book.play(CAM, "10.0.0.1", "curl", true)).isInstanceOf(Welcome.class);
        assertThat(book.viewers(CAM)).isZero();
        connect(1);
        assertThat(book.play(CAM, "10.0.0.1", "curl", true)).isInstanceOf(TurnedAway.class);
    }

    @Test
    void shouldLimitAddressesAndTakeAnIpv6NetworkForOne() {
        book.open(CAM, new Limits(0, 0, 2));
        assertThat(book.connect(CAM, "2001:db8::1")).isInstanceOf(Seat.class);
        assertThat(play("2001:db8:0:0:ffff::7", "vlc")).isInstanceOf(Welcome.class);
        assertThat(book.connect(CAM, "2001:db8::2")).isInstanceOf(TurnedAway.class);
        assertThat(book.connect(CAM, "2001:db8:0:1::2")).isInstanceOf(Seat.class);
        assertThat(book.connect(CAM, "192.0.2.1")).isInstanceOf(Seat.class);
    }

    @Test
    void shouldLimitThePodOverAllItsStreams() {
        book.limitPod(new Limits(2, 3, 0));
        book.open("ns/a", Limits.NONE);
        book.open("ns/b", Limits.NONE);
        book.connect("ns/a", "10.0.0.1");
        book.play("ns/b", "10.0.0.1", "vlc", false);
        assertThat(book.load()).isEqualTo(Load.FULL);
        assertThat(book.load("ns/a")).isEqualTo(Load.OK);
        book.connect("ns/b", "10.0.0.2");
        assertThat(book.connect("ns/a", "10.0.0.3")).isInstanceOf(TurnedAway.class);
        book.remove("ns/b");
        assertThat(book.connect("ns/a", "10.0.0.3")).isInstanceOf(Seat.class);
        assertThat(loads).first().isEqualTo("pod FULL 2");
    }

    @Test
    void shouldKeepWhoIsThereWhenLimitsChange() {
        book.open(CAM, Limits.NONE);
        Seat seat = (Seat) connect(1);
        connect(2);
        book.open(CAM, new Limits(0, 1, 0));
        assertThat(book.viewers(CAM)).isEqualTo(2);
        assertThat(book.load(CAM)).isEqualTo(Load.FULL);
        seat.close();
        assertThat(connect(3)).isInstanceOf(TurnedAway.class);
    }

    @Test
    void shouldCountRightWhenAStreamGoesAndComesBack() {
        book.open(CAM, Limits.NONE);
        Seat old = (Seat) connect(1);
        play("10.0.0.2", "vlc");
        book.remove(CAM);
        book.open(CAM, Limits.NONE);
        assertThat(book.viewers()).isEqualTo(1);
        old.close();
        assertThat(book.viewers(CAM)).isZero();
        assertThat(book.viewers()).isZero();
        assertThat(registry.get("penstock.viewers").tag("kind", "player").gauge().value()).isZero();
        assertThat(registry.get("penstock.viewers").tag("kind", "connection").gauge().value()).isZero();
    }

    @Test
    void shouldNotRememberMorePlayersThanFit() {
        book.open(CAM, Limits.NONE);
        for (int i = 0; i < ViewerBook.MOST_PLAYERS + 10; i++) {
            assertThat(play("10.0.0.1", "agent " + i)).isInstanceOf(Welcome.class);
        }
        assertThat(book.viewers(CAM)).isEqualTo(ViewerBook.MOST_PLAYERS);
        book.open(CAM, new Limits(0, 1_000_000, 0));
        assertThat(play("10.0.0.3", "vlc")).isEqualTo(new TurnedAway(Limit.MEMORY,
                "stream ns/cam: 100000 players are here already, and more cannot be counted"));
        pass(61);
        book.sweep();
        assertThat(book.viewers()).isZero();
    }

    private Admission connect(int i) {
        return book.connect(CAM, "10.1.0." + i);
    }

    private Admission play(String address, String agent) {
        return book.play(CAM, address, agent, false);
    }

    private void pass(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }
}
