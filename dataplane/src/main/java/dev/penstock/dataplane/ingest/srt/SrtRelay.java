package dev.penstock.dataplane.ingest.srt;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** Hands a publisher's messages on to the pod that owns its stream, as a caller of that pod. One owner: the poller's thread. */
final class SrtRelay implements SrtPoller.Handler {
    private static final int CONNECT_MILLIS = 3000;

    private final SrtPoller poller;
    private final int from;
    private final InetSocketAddress target;
    private final SrtPublisher publisher;
    private final SrtMetrics metrics;
    private @Nullable SrtCaller caller;
    private int to = -1;
    private long received;
    private boolean closed;

    /**
     * @param from the publisher's socket
     * @param target need not be resolved
     */
    SrtRelay(SrtPoller poller, int from, InetSocketAddress target, SrtPublisher publisher, SrtMetrics metrics) {
        this.poller = poller;
        this.from = from;
        this.target = target;
        this.publisher = publisher;
        this.metrics = metrics;
    }

    void start(String streamId, int latencyMillis) {
        SrtCaller.Options options = new SrtCaller.Options(streamId, latencyMillis, "", CONNECT_MILLIS);
        Thread.ofVirtual().name("srt-relay").start(() -> {
            try {
                InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(target.getHostString()),
                        target.getPort());
                poller.execute(() -> connect(address, options));
            } catch (UnknownHostException e) {
                poller.execute(() -> publisher.end("the stream's pod " + target.getHostString() + ": unknown host"));
            }
        });
    }

    private void connect(InetSocketAddress address, SrtCaller.Options options) {
        if (closed) {
            return;
        }
        caller = new SrtCaller(poller, this::connected,
                reason -> publisher.end("the stream's pod " + target.getHostString() + ": " + reason));
        caller.connect(address, options);
    }

    private void connected(int socket) {
        to = socket;
        metrics.relayed(1);
        try {
            poller.watch(socket, SrtLibrary.ERR, this);
            publisher.relayed();
        } catch (SrtException e) {
            publisher.end("the stream's pod is lost");
        }
    }

    /** Bytes read so far. */
    long received() {
        return received;
    }

    /** Hands on what is there, message by message; says why the publisher's connection is over when it is. */
    Optional<String> pump() {
        if (to < 0) {
            return Optional.of("closed before the relay was there");
        }
        MemorySegment scratch = poller.scratch();
        try {
            for (int bytes = read(scratch); bytes > 0 && !closed; bytes = read(scratch)) {
                received += bytes;
                if (poller.library().send(to, scratch, bytes) == 0) {
                    metrics.dropped(bytes);
                }
            }
            return Optional.empty();
        } catch (SrtException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private int read(MemorySegment into) throws SrtException {
        return poller.library().receive(from, into);
    }

    /** The other pod has ended the connection. */
    @Override
    public void ready(int events) {
        publisher.end("the stream's pod has ended the connection");
    }

    @Override
    public void second() {
        // The publisher watches the time.
    }

    /** Harmless when repeated. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (caller != null) {
            caller.close();
        }
        if (to >= 0) {
            metrics.relayed(-1);
            poller.close(to);
        }
    }
}
