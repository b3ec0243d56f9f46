package dev.penstock.dataplane.ingest.rtmp;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.push.Publication;
import dev.penstock.dataplane.ingest.push.PublishGate;
import dev.penstock.dataplane.ingest.push.PublishRequest;
import dev.penstock.dataplane.ingest.push.PublishVerdict;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

/** Lets publishers with the key {@code right} in, one a name, and writes down what they send. */
final class FakeGate implements PublishGate {
    final List<Heard> publications = new CopyOnWriteArrayList<>();
    final List<PublishRequest> requests = new CopyOnWriteArrayList<>();
    private final EventLoop loop;
    volatile @Nullable String elsewhere;
    volatile @Nullable Consumer<PublishVerdict> held;
    volatile boolean hold;

    FakeGate(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public void admit(PublishRequest request, Consumer<PublishVerdict> verdict) {
        requests.add(request);
        if (hold) {
            held = verdict;
        } else {
            verdict.accept(decide(request));
        }
    }

    PublishVerdict decide(PublishRequest request) {
        String host = elsewhere;
        if (host != null) {
            return new PublishVerdict.Elsewhere(host);
        }
        if (!"right".equals(request.key())) {
            return new PublishVerdict.Refused(PublishVerdict.Reason.FORBIDDEN, "no such stream, or a wrong key");
        }
        if (publications.stream().anyMatch(p -> p.closed == null)) {
            return new PublishVerdict.Refused(PublishVerdict.Reason.BUSY, "another publisher is live");
        }
        Heard heard = new Heard(loop);
        publications.add(heard);
        return new PublishVerdict.Accepted(heard);
    }

    /** What one publisher sent. */
    static final class Heard implements Publication {
        final List<Track> tracks = new CopyOnWriteArrayList<>();
        final List<String> errors = new CopyOnWriteArrayList<>();
        private final EventLoop loop;
        private final List<Long> times = new ArrayList<>();
        volatile int samples;
        volatile long bytes;
        volatile @Nullable String closed;
        volatile @Nullable Consumer<String> revoked;

        Heard(EventLoop loop) {
            this.loop = loop;
        }

        private void check() {
            if (!loop.inEventLoop()) {
                errors.add("called on " + Thread.currentThread().getName());
            }
        }

        @Override
        public EventLoop loop() {
            return loop;
        }

        @Override
        public void onRevoked(Consumer<String> told) {
            check();
            revoked = told;
        }

        @Override
        public void packets(ByteBuf packets) {
            errors.add("packets");
            packets.release();
        }

        @Override
        public void tracks(List<Track> now) {
            check();
            tracks.clear();
            tracks.addAll(now);
        }

        @Override
        public void sample(Sample sample) {
            check();
            if (tracks.isEmpty() || closed != null) {
                errors.add("a sample without tracks or after the end");
            }
            times.add(sample.dts());
            bytes = bytes + sample.data().readableBytes();
            samples = samples + 1;
            sample.data().release();
        }

        @Override
        public void discontinuity() {
            check();
            errors.add("discontinuity");
        }

        @Override
        public void close(String reason) {
            check();
            closed = closed == null ? reason : closed;
        }
    }
}
