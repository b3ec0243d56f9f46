package dev.penstock.dataplane.resource;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;

import dev.penstock.api.Condition;
import dev.penstock.api.Reasons;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StatusQueueTest {
    private final List<LiveStream> written = new ArrayList<>();
    private int code;
    private String message = "";
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long nanos;
    private final StatusQueue queue = new StatusQueue(this::write, () -> now, () -> nanos, new Random(1));

    private void write(HasMetadata body) {
        if (code != 0) {
            throw new KubernetesClientException(message, code, null);
        }
        written.add((LiveStream) body);
    }

    private void report(long epoch, boolean live, int viewers) {
        report(epoch, live, viewers, 1000);
    }

    private void report(long epoch, boolean live, int viewers, long bitrate) {
        LiveStreamStatus.Media media = new LiveStreamStatus.Media(epoch, LiveStreamStatus.Origin.PRIMARY, 0, "tcp",
                null, null, null, null, null,
                null, bitrate, viewers, null, null);
        StreamReport report = new StreamReport(FakeCluster.stream("cam", "tcp://h:1"),
                List.of(new ReportedCondition("Live",
                        live ? Condition.Status.True : Condition.Status.False,
                        live ? Reasons.RECEIVING : Reasons.UNREACHABLE, "A sentence")),
                media, null);
        queue.offer(ResourceKey.of(report.stream()), (before, at) -> StatusPatch.of(report, before, at));
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        now = now.plus(time);
        drain();
    }

    private void drain() {
        while (queue.writeOne() == 0) {
            assertThat(written.size()).isLessThan(100);
        }
    }

    @Test
    void shouldWriteTransitionsAtOnceAndCountersSeldom() {
        report(1, false, 0);
        drain();
        assertThat(written).hasSize(1);
        pass(Duration.ofSeconds(5));
        report(1, true, 0);
        drain();
        assertThat(written).hasSize(2);
        for (int viewers = 1; viewers <= 10; viewers++) {
            report(1, true, viewers);
            pass(Duration.ofSeconds(2));
        }
        assertThat(written).hasSize(2);
        pass(Duration.ofSeconds(10));
        assertThat(written).hasSize(3);
        assertThat(written.getLast().getStatus().media().viewers()).isEqualTo(10);
        report(1, true, 10);
        pass(Duration.ofSeconds(60));
        assertThat(written).hasSize(3);
    }

    @Test
    void shouldWriteABitrateOnlyWhenItIsAnotherOne() {
        report(1, true, 0, 1000);
        drain();
        for (int jitter = -200; jitter <= 200; jitter += 50) {
            report(1, true, 0, 1000 + jitter);
            pass(Duration.ofSeconds(60));
        }
        assertThat(written).hasSize(1);
        report(1, true, 0, 1300);
        pass(Duration.ofSeconds(60));
        assertThat(written).hasSize(2);
        assertThat(written.getLast().getStatus().media().bitrate()).isEqualTo(1300);
    }

    @Test
    void shouldKeepTheTimeOfATransitionWhileTheStatusStays() {
        report(1, true, 0);
        drain();
        pass(Duration.ofSeconds(40));
        report(1, true, 7);
        drain();
        pass(Duration.ofSeconds(40));
        report(1, false, 7);
        drain();
        assertThat(written.stream().map(s -> s.getStatus().conditions().getFirst().lastTransitionTime()))
                .containsExactly("2026-01-01T00:00:00Z",
                        "2026-01-01T00:00:00Z", "2026-01-01T00:01:20Z");
    }

    @Test
    void shouldWriteNothingButWhatPodsOwn() {
        report(1, true, 0);
        drain();
        LiveStream body = written.getFirst();
        assertThat(body.getSpec()).isNull();
        assertThat(body.getMetadata().getLabels()).isNullOrEmpty();
        assertThat(body.getStatus().observedGeneration()).isNull();
        assertThatThrownBy(() -> new ReportedCondition("Ready", Condition.Status.True, Reasons.READY, ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRetryLaterAndLaterWithTheNewestReport() {
        code = 503;
        report(1, true, 0);
        drain();
        assertThat(queue.writeOne()).isBetween(Duration.ofMillis(500).toNanos(), Duration.ofSeconds(1).toNanos());
        pass(Duration.ofSeconds(1));
        assertThat(queue.writeOne()).isGreaterThanOrEqualTo(Duration.ofSeconds(1).toNanos());
        report(1, false, 3);
        code = 0;
        pass(Duration.ofSeconds(2));
        assertThat(written).singleElement()
                .satisfies(stream -> assertThat(stream.getStatus().media().viewers()).isEqualTo(3));
    }

    @Test
    void shouldStopWhenItsEpochIsRefusedUntilItOwnsTheStreamAgain() {
        code = 422;
        message = "expected: media.epoch never lower than before";
        report(5, true, 0);
        drain();
        code = 0;
        report(5, false, 0);
        pass(Duration.ofMinutes(5));
        assertThat(written).isEmpty();
        report(6, true, 0);
        drain();
        assertThat(written).hasSize(1);
    }

    @Test
    void shouldForgetAStreamThatIsGone() {
        code = 404;
        report(1, true, 0);
        drain();
        assertThat(queue.writeOne()).isEqualTo(Long.MAX_VALUE);
    }
}
