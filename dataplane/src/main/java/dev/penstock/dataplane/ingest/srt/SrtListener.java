package dev.penstock.dataplane.ingest.srt;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.util.concurrent.Ticker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.ingest.push.PublishGate;
import dev.penstock.dataplane.ingest.push.PublishVerdict;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Takes publishers in by SRT, all on one UDP port; the stream id says which stream (see {@link SrtStreamId} for its forms). A caller
 * that the gate refuses at once hears the reason as the number of its rejection; one that it refuses later is disconnected.
 * {@link #start} and {@link #close} may be called by any thread that may block.
 */
public final class SrtListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SrtListener.class);
    private static final int BACKLOG = 256;
    private static final int ANSWER_SECONDS = 20;
    private static final int PATIENCE_A_SECOND = 10;
    private static final long LOG_NANOS = 1_000_000_000;
    private static final long HANDSHAKE_NANOS = 2_000_000_000;
    private static final String NOT_COMPLETED = "the connection was not completed: wrong passphrase, one side without, or gone";

    private final SrtConfig config;
    private final PublishGate gate;
    private final SrtMetrics metrics;
    private final SrtPoller poller;
    private final Ticker ticker = Ticker.systemTicker();
    /** Those let in by the handshake whose connection is not there yet. */
    private final Map<Integer, SrtAsk> asks = new ConcurrentHashMap<>();
    /** Owned by the poller's thread. */
    private final Set<SrtPublisher> publishers = new HashSet<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong patienceNanos = new AtomicLong();
    private final AtomicLong loggedNanos = new AtomicLong();
    private final AtomicInteger unlogged = new AtomicInteger();
    private int socket = -1;
    private InetSocketAddress address;
    private volatile boolean closed;

    private SrtListener(SrtConfig config, PublishGate gate, SrtMetrics metrics, SrtPoller poller) {
        this.config = config;
        this.gate = gate;
        this.metrics = metrics;
        this.poller = poller;
        this.address = config.address();
        loggedNanos.set(ticker.nanoTime() - LOG_NANOS);
        refill();
    }

    /**
     * Listens.
     *
     * @param gate asked about each publisher, on libsrt's receiver thread
     * @throws SrtUnavailableException when there is no libsrt; the message names the package
     * @throws IOException when the address cannot be bound
     */
    public static SrtListener start(SrtConfig config, PublishGate gate, SrtMetrics metrics)
            throws SrtUnavailableException, IOException {
        SrtListener listener = new SrtListener(config, gate, metrics, SrtPoller.shared());
        listener.await(listener::open);
        return listener;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** Disconnects all publishers and listens no more; when it returns the gate is not asked any more. Harmless when repeated. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            await(this::shut);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Something done on the poller's thread. */
    private interface Work {
        void run() throws IOException;
    }

    private void await(Work work) throws IOException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        poller.execute(() -> {
            try {
                work.run();
                done.complete(null);
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        try {
            done.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException("srt " + shown(config.address()) + ": no answer from libsrt", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IOException("srt " + shown(config.address()) + ": " + e.getCause().getMessage(), e);
        }
    }

    private void open() throws IOException {
        try {
            open(config.address());
        } catch (SrtException e) {
            InetAddress host = config.address().getAddress();
            if (host == null || !host.isAnyLocalAddress()) {
                throw e;
            }
            // A kernel without IPv6.
            open(new InetSocketAddress(InetAddress.getByAddress(new byte[4]), config.address().getPort()));
        }
    }

    private void open(InetSocketAddress wanted) throws IOException {
        InetAddress host = wanted.getAddress();
        if (host == null) {
            throw new SrtException("unknown host");
        }
        boolean any = host.isAnyLocalAddress() && config.address().equals(wanted);
        SrtLibrary library = poller.library();
        int opened = library.socket();
        try {
            library.option(opened, SrtLibrary.RCVSYN, 0);
            library.option(opened, SrtLibrary.LATENCY, (int) config.latency().toMillis());
            InetSocketAddress bind = any
                    ? new InetSocketAddress(Inet6Address.getByAddress(null, new byte[16], -1), wanted.getPort())
                    : wanted;
            if (bind.getAddress() instanceof Inet6Address) {
                library.option(opened, SrtLibrary.IPV6ONLY, any ? 0 : 1);
            }
            library.listen(opened, bind, BACKLOG, this::admits);
            address = new InetSocketAddress(host, library.local(opened).getPort());
            poller.watch(opened, SrtLibrary.IN, new Acceptor());
            socket = opened;
        } catch (IOException e) {
            library.close(opened);
            throw e;
        }
    }

    private void shut() {
        poller.close(socket);
        asks.values().forEach(ask -> ask.drop("stopped"));
        asks.clear();
        Set.copyOf(publishers).forEach(publisher -> publisher.end("stopped"));
    }

    /** On libsrt's receiver thread: what takes long here holds up every connection of the port. */
    private boolean admits(int caller, InetSocketAddress remote, String streamId) {
        SrtStreamId id;
        try {
            id = SrtStreamId.read(streamId);
        } catch (SrtStreamId.MalformedException e) {
            return refuse(caller, remote, e.code(), String.valueOf(e.getMessage()));
        }
        if (closed) {
            return false;
        }
        if (connections.get() >= config.maxConnections()) {
            return refuse(caller, remote, SrtRejection.OVERLOAD, "too many connections");
        }
        SrtAsk ask = new SrtAsk(id, streamId, remote, ticker.nanoTime());
        Optional<String> passphrase = ask.passphrase(gate);
        if (passphrase.isPresent()) {
            // libsrt compares it after this call; until it has, the gate must not let anybody in.
            if (!encrypt(caller, passphrase.get())) {
                return refuse(caller, remote, SrtRejection.DOWN, "passphrase not taken by libsrt");
            }
        } else {
            ask.ask(gate);
            if (patiently(ask) instanceof PublishVerdict.Refused refused) {
                poller.library().rejectReason(caller, SrtRejection.of(refused.reason()));
                return false;
            }
        }
        connections.incrementAndGet();
        asks.put(caller, ask);
        return true;
    }

    private boolean encrypt(int caller, String passphrase) {
        try {
            poller.library().option(caller, SrtLibrary.PASSPHRASE, passphrase);
            return true;
        } catch (SrtException e) {
            return false;
        }
    }

    private @Nullable PublishVerdict patiently(SrtAsk ask) {
        long before = ticker.nanoTime();
        PublishVerdict said = ask.within(Math.min(config.patience().toNanos(), patienceNanos.get()));
        patienceNanos.addAndGet(before - ticker.nanoTime());
        return said;
    }

    private void refill() {
        patienceNanos.set(config.patience().toNanos() * PATIENCE_A_SECOND);
    }

    /** Says why to the caller, and to the log at most once a second: who knocks at random must not fill the disk. */
    private boolean refuse(int caller, InetSocketAddress remote, int code, String reason) {
        metrics.malformed();
        poller.library().rejectReason(caller, code);
        say(remote, reason);
        return false;
    }

    private void say(InetSocketAddress remote, String reason) {
        long now = ticker.nanoTime();
        long before = loggedNanos.get();
        if (now - before < LOG_NANOS || !loggedNanos.compareAndSet(before, now)) {
            unlogged.incrementAndGet();
        } else {
            LOG.atWarn().addKeyValue(LogKeys.REMOTE, shown(remote)).addKeyValue(LogKeys.REASON, reason)
                    .addKeyValue(LogKeys.COUNT, unlogged.getAndSet(0) + 1).log("SRT caller turned away");
        }
    }

    /** A publisher's connection is over. The poller's thread. */
    void gone(SrtPublisher publisher) {
        if (publishers.remove(publisher)) {
            connections.decrementAndGet();
            metrics.publishers(-1);
        }
    }

    /** Takes the connections that were made. The poller's thread. */
    private final class Acceptor implements SrtPoller.Handler {
        @Override
        public void ready(int events) {
            while (true) {
                int next = poller.library().accept(socket);
                if (next < 0) {
                    return;
                }
                SrtAsk ask = asks.remove(next);
                if (ask == null) {
                    poller.close(next);
                } else {
                    SrtPublisher publisher = new SrtPublisher(next, ask, config, SrtListener.this, poller, metrics);
                    publishers.add(publisher);
                    metrics.publishers(1);
                    // Who had to know a passphrase knows it.
                    ask.ask(gate);
                    publisher.start();
                }
            }
        }

        /**
         * Forgets those whose handshake was not completed: libsrt does that, or turns the caller away, right after the hook. It does not
         * tell of those that it turns away.
         */
        @Override
        public void second() {
            refill();
            long limit = ticker.nanoTime() - HANDSHAKE_NANOS;
            ready(SrtLibrary.IN);
            asks.forEach((caller, ask) -> {
                if (ask.sinceNanos() - limit < 0 && asks.remove(caller, ask)) {
                    connections.decrementAndGet();
                    metrics.unfinished();
                    say(ask.remote(), NOT_COMPLETED);
                    ask.drop(NOT_COMPLETED);
                }
            });
        }
    }

    private static String shown(InetSocketAddress address) {
        return (address.getAddress() == null ? address.getHostString() : address.getAddress().getHostAddress()) + ":"
                + address.getPort();
    }
}
