package dev.penstock.dataplane.ingest.srt;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;

import dev.penstock.dataplane.ingest.push.Publication;
import dev.penstock.dataplane.ingest.push.PublishGate;
import dev.penstock.dataplane.ingest.push.PublishRequest;
import dev.penstock.dataplane.ingest.push.PublishVerdict;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Reason;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

/** Lets in who has the key {@code good}; remembers what each publisher sent. */
final class FakeGate implements PublishGate {
    final Map<String, FakePublication> publications = new ConcurrentHashMap<>();
    final Map<String, String> passphrases = new ConcurrentHashMap<>();
    private final EventLoop loop;
    private volatile long delayMillis;
    private volatile String host = "";

    FakeGate(EventLoop loop) {
        this.loop = loop;
    }

    /** Answers later from now on. */
    void delay(long millis) {
        delayMillis = millis;
    }

    /** Sends publishers to another pod from now on. */
    void elsewhere(String to) {
        host = to;
    }

    @Override
    public void admit(PublishRequest request, Consumer<PublishVerdict> verdict) {
        loop.schedule(() -> verdict.accept(judge(request)), delayMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public Optional<String> passphrase(String namespace, String name) {
        return Optional.ofNullable(passphrases.get(namespace + "/" + name));
    }

    private PublishVerdict judge(PublishRequest request) {
        if (!host.isEmpty()) {
            return new PublishVerdict.Elsewhere(host);
        }
        if (!"good".equals(request.key())) {
            return new PublishVerdict.Refused(Reason.FORBIDDEN, "no stream takes this key");
        }
        FakePublication publication = new FakePublication(loop);
        publications.put(request.namespace() + "/" + request.name(), publication);
        return new PublishVerdict.Accepted(publication);
    }

    /** What one publisher sent. */
    static final class FakePublication implements Publication {
        private final EventLoop loop;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Consumer<String> revoked = reason -> {};
        private String closed = "";

        FakePublication(EventLoop loop) {
            this.loop = loop;
        }

        synchronized byte[] bytes() {
            return bytes.toByteArray();
        }

        synchronized int size() {
            return bytes.size();
        }

        synchronized String closed() {
            return closed;
        }

        void revoke(String reason) {
            loop.execute(() -> {
                synchronized (this) {
                    revoked.accept(reason);
                }
            });
        }

        @Override
        public EventLoop loop() {
            return loop;
        }

        @Override
        public synchronized void onRevoked(Consumer<String> listener) {
            revoked = listener;
        }

        @Override
        public synchronized void packets(ByteBuf packets) {
            if (!loop.inEventLoop()) {
                throw new IllegalStateException("not on the loop");
            }
            bytes.writeBytes(ByteBufUtil.getBytes(packets));
            packets.release();
        }

        @Override
        public void tracks(List<Track> tracks) {
            throw new IllegalStateException("SRT brings packets");
        }

        @Override
        public void sample(Sample sample) {
            sample.data().release();
            throw new IllegalStateException("SRT brings packets");
        }

        @Override
        public void discontinuity() {
            // Nothing to remember.
        }

        @Override
        public synchronized void close(String reason) {
            closed = reason;
        }
    }
}
