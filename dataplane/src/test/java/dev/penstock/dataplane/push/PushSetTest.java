package dev.penstock.dataplane.push;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.hub.HubConfig;
import dev.penstock.dataplane.hub.HubFixture;
import dev.penstock.dataplane.hub.TsMaker;
import dev.penstock.dataplane.push.PushState.Word;

import static org.assertj.core.api.Assertions.assertThat;

class PushSetTest {
    private static final PushLimits LIMITS = PushLimits.DEFAULTS;

    private final HubFixture fixture = new HubFixture(
            new HubConfig(Duration.ofSeconds(2), 1 << 20, Duration.ofMillis(50), 256 << 10));
    private final TsMaker maker = new TsMaker(true, 0);
    private final List<FakeSender> made = new ArrayList<>();
    private int doubts;
    private int frame;
    private final PushSet pushes = new PushSet("ns/cam", fixture.loopChannel.eventLoop(),
            new PushContext(fixture::now, new Random(1), LIMITS, new PushMetrics(fixture.registry),
                    FakeSender.factory(made)),
            () -> doubts++);

    @BeforeEach
    void begin() {
        fixture.hub.begin(HubFixture.SOURCE);
        pushes.use(fixture.hub);
    }

    @AfterEach
    void end() {
        pushes.close();
        fixture.hub.close();
    }

    private static PushPlan to(String name, String url) {
        return PushPlanner.plan("spec.outputs.push[0]", name, url, Credentials.NONE);
    }

    private void frames(int count, boolean keys) {
        for (int i = 0; i < count; i++) {
            if (frame == 0) {
                fixture.feed(maker.psi());
            }
            fixture.feed(maker.frame(frame, keys && frame % 25 == 0, 500));
            frame++;
            fixture.pass(Duration.ofMillis(40));
        }
    }

    private PushState state(String name) {
        return pushes.now().stream().filter(push -> push.name().equals(name)).findFirst().orElseThrow();
    }

    private FakeSender last() {
        return made.getLast();
    }

    @Test
    void shouldWantTheStreamAndBeginAtAKeyFrame() {
        assertThat(fixture.hub.demand().leases()).isZero();
        pushes.configure(List.of(to("a", "http://b/c")));
        assertThat(fixture.hub.demand().leases()).isOne();
        assertThat(state("a").word()).isEqualTo(Word.WAITING);
        frames(3, false);
        assertThat(made).isEmpty();
        frame = 25;
        frames(5, true);
        assertThat(state("a").word()).isEqualTo(Word.CONNECTING);
        assertThat(last().got).isEmpty();
        last().events.accepted();
        assertThat(state("a").word()).isEqualTo(Word.CONNECTED);
        assertThat(last().got.getFirst()).isEqualTo("begin at key");
        assertThat(last().got.getLast()).isEqualTo("flush");
        assertThat(state("a").bytes()).isPositive();
        pushes.configure(List.of());
        assertThat(last().closed).isTrue();
        assertThat(fixture.hub.demand().leases()).isZero();
    }

    @Test
    void shouldSkipToTheNewestKeyFrameWhenTheServerIsTooSlow() {
        pushes.configure(List.of(to("a", "http://b/c")));
        frames(10, true);
        last().events.accepted();
        last().writable = false;
        frames(120, true);
        last().writable = true;
        last().got.clear();
        last().events.writable();
        assertThat(last().got.getFirst()).isEqualTo("skip to key");
        assertThat(state("a").skips()).isOne();
        assertThat(fixture.registry.counter("penstock.push.skips", "protocol", "http").count()).isEqualTo(1);
    }

    @Test
    void shouldLeaveAServerThatTakesNothingAndTryAgain() {
        pushes.configure(List.of(to("a", "http://b/c")));
        frames(10, true);
        last().events.accepted();
        last().writable = false;
        frames(25 * 17, true);
        assertThat(made.getFirst().closed).isTrue();
        assertThat(state("a").problem()).isEqualTo("http://b/c: took nothing for 15 s");
        frames(50, true);
        assertThat(made).hasSize(2);
        assertThat(doubts).isZero();
    }

    @Test
    void shouldTryAgainAfterPausesThatGrowWhenTheServerRefuses() {
        pushes.configure(List.of(to("a", "http://b/c")));
        List<Long> between = new ArrayList<>();
        long since = fixture.now().toEpochMilli();
        int tries = 0;
        while (tries < 6) {
            frames(1, true);
            if (made.size() > tries) {
                tries = made.size();
                between.add(fixture.now().toEpochMilli() - since);
                since = fixture.now().toEpochMilli();
                last().events.over("http://b/c answered 403 Forbidden");
                assertThat(state("a").word()).isEqualTo(Word.FAILED);
            }
        }
        assertThat(state("a").problem()).contains("403");
        assertThat(doubts).isEqualTo(6);
        for (int i = 1; i < between.size(); i++) {
            long full = 1000L << (i - 1);
            assertThat(between.get(i)).isBetween(full / 2, full + 200);
        }
    }

    @Test
    void shouldGiveUpAServerThatDoesNotAnswer() {
        pushes.configure(List.of(to("a", "http://b/c")));
        frames(25 * 12, true);
        assertThat(state("a").problem()).isEqualTo("http://b/c: no answer within 10 s");
        assertThat(made.getFirst().closed).isTrue();
    }

    @Test
    void shouldRestWhileTheStreamHasNoMedia() {
        pushes.configure(List.of(to("a", "http://b/c")));
        frames(10, true);
        last().events.accepted();
        fixture.pass(Duration.ofSeconds(14));
        assertThat(last().closed).isFalse();
        for (int i = 0; i < 3; i++) {
            fixture.pass(Duration.ofSeconds(1));
        }
        assertThat(last().closed).isTrue();
        assertThat(state("a").word()).isEqualTo(Word.WAITING);
        frames(30, true);
        assertThat(made).hasSize(2);
    }

    @Test
    void shouldRestartOnlyWhatChanged() {
        pushes.configure(List.of(to("a", "http://b/c"), to("d", "http://e/f")));
        frames(10, true);
        FakeSender first = made.get(0);
        FakeSender second = made.get(1);
        pushes.configure(List.of(to("d", "http://e/f"), to("a", "http://b/other"), to("bad", "rtmp://host/")));
        frames(5, true);
        assertThat(first.closed).isTrue();
        assertThat(second.closed).isFalse();
        assertThat(made).hasSize(3);
        assertThat(pushes.now()).extracting(PushState::name).containsExactly("d", "a", "bad");
        assertThat(state("bad").word()).isEqualTo(Word.FAILED);
        assertThat(state("bad").problem()).startsWith("spec.outputs.push[0]: rtmp://host: no stream (expected:");
    }

    @Test
    void shouldBeginAnewWhenTheStreamDoes() {
        pushes.configure(List.of(to("a", "http://b/c")));
        frames(10, true);
        fixture.hub.close();
        assertThat(last().closed).isTrue();
        assertThat(state("a").word()).isEqualTo(Word.WAITING);
        fixture.pass(Duration.ofSeconds(5));
        assertThat(made).hasSize(1);
    }
}
