package dev.penstock.dataplane.ingest.srt;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

import io.netty.util.concurrent.Ticker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.ingest.push.Publication;
import dev.penstock.dataplane.ingest.push.PublishVerdict;
import dev.penstock.dataplane.telemetry.LogKeys;

/** One publisher's connection: waits for the gate's verdict, then feeds the stream, or the pod that has it. One owner: the poller. */
final class SrtPublisher implements SrtPoller.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(SrtPublisher.class);

    private final int socket;
    private final SrtAsk ask;
    private final SrtConfig config;
    private final SrtListener listener;
    private final SrtPoller poller;
    private final SrtMetrics metrics;
    private final Ticker ticker = Ticker.systemTicker();
    private final long sinceNanos = ticker.nanoTime();
    private @Nullable Publication publication;
    private @Nullable SrtReceiver receiver;
    private @Nullable SrtRelay relay;
    private boolean judged;
    private boolean closed;
    private long seen;
    private long seenNanos = sinceNanos;

    SrtPublisher(int socket, SrtAsk ask, SrtConfig config, SrtListener listener, SrtPoller poller, SrtMetrics metrics) {
        this.socket = socket;
        this.ask = ask;
        this.config = config;
        this.listener = listener;
        this.poller = poller;
        this.metrics = metrics;
    }

    void start() {
        watch(SrtLibrary.ERR);
        ask.then(said -> poller.execute(() -> judged(said)));
    }

    private void judged(PublishVerdict said) {
        judged = true;
        if (closed) {
            SrtAsk.drop(said, "the connection is gone");
            return;
        }
        seenNanos = ticker.nanoTime();
        switch (said) {
            case PublishVerdict.Accepted accepted -> feed(accepted.publication());
            case PublishVerdict.Refused refused -> end(refused.message());
            case PublishVerdict.Elsewhere elsewhere -> {
                relay = new SrtRelay(poller, socket, new InetSocketAddress(elsewhere.host(), config.relayPort()), this,
                        metrics);
                relay.start(SrtStreamId.relayed(ask.text()), (int) config.latency().toMillis());
            }
        }
    }

    private void feed(Publication into) {
        publication = into;
        receiver = new SrtReceiver(poller, socket, into.loop(), into::packets, metrics::dropped);
        onLoop(into, () -> into.onRevoked(reason -> poller.execute(() -> end(reason))));
        watch(SrtLibrary.IN | SrtLibrary.ERR);
    }

    /** The relay can take messages. */
    void relayed() {
        watch(SrtLibrary.IN | SrtLibrary.ERR);
    }

    @Override
    public void ready(int events) {
        if (receiver != null) {
            receiver.read().ifPresent(this::end);
        } else if (relay != null) {
            relay.pump().ifPresent(this::end);
        } else {
            end("closed before the verdict");
        }
    }

    @Override
    public void second() {
        long now = ticker.nanoTime();
        long received = receiver != null ? receiver.received() : relay != null ? relay.received() : 0;
        if (received != seen) {
            seen = received;
            seenNanos = now;
        }
        if (!judged && now - sinceNanos > config.verdict().toNanos()) {
            end("the gate does not answer");
        } else if (judged && now - seenNanos > config.silence().toNanos()) {
            end("no packets for " + config.silence().toSeconds() + "s");
        }
    }

    /** Ends the connection; harmless when repeated. */
    void end(String reason) {
        if (closed) {
            return;
        }
        closed = true;
        poller.close(socket);
        listener.gone(this);
        if (relay != null) {
            relay.close();
        }
        Publication into = publication;
        if (into != null) {
            onLoop(into, () -> into.close(reason));
        }
        LOG.atDebug().addKeyValue(LogKeys.REMOTE, String.valueOf(ask.remote())).addKeyValue(LogKeys.REASON, reason)
                .log("SRT connection ended");
    }

    private void watch(int events) {
        try {
            poller.watch(socket, events, this);
        } catch (SrtException e) {
            end(Optional.ofNullable(e.getMessage()).orElse("connection lost"));
        }
    }

    private static void onLoop(Publication into, Runnable task) {
        try {
            into.loop().execute(task);
        } catch (RejectedExecutionException e) {
            // The process ends, and the publication with it.
            return;
        }
    }
}
