package dev.penstock.dataplane.app;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.StoredFile;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.ForwardingExchange;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.media.ts.TsPacket;
import dev.penstock.dataplane.store.ObjectInfo;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoredObject;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * {@code spec.http.preamble}: a transport stream that each HTTP-TS viewer gets before the stream itself. Read from its store when the
 * stream is told of, and looked at again with viewers, every minute at most; all viewers share the bytes. Until it is read, and when it cannot be, viewers
 * get the stream without it, and that is a problem. Told of streams by one thread; asked by any.
 */
final class Preambles {
    private static final Logger LOG = LoggerFactory.getLogger(Preambles.class);
    private static final int MOST_BYTES = 4 << 20;
    private static final long LOOK_NANOS = 60_000_000_000L;
    private static final int MOST_READS = 4;

    private final Stores stores;
    private final Problems problems;
    private final LongSupplier nanos;
    private final Map<String, Entry> streams = new ConcurrentHashMap<>();
    private final Semaphore reading = new Semaphore(MOST_READS);

    /** What is known of one stream's preamble. */
    private static final class Entry {
        private final StoredFile file;
        private volatile byte @Nullable [] bytes;
        private volatile String version = "";
        private volatile long lookedNanos;

        Entry(StoredFile file, long now) {
            this.file = file;
            lookedNanos = now - LOOK_NANOS;
        }
    }

    /** @param nanos time in nanoseconds from any beginning */
    Preambles(Stores stores, Problems problems, LongSupplier nanos) {
        this.stores = stores;
        this.problems = problems;
        this.nanos = nanos;
    }

    /** A stream is new or has changed. */
    void apply(LiveStream stream) {
        String id = LiveStreams.id(stream);
        StoredFile file = stream.getSpec().http() == null ? null : stream.getSpec().http().preamble();
        Entry before = streams.get(id);
        if (file == null) {
            forget(id);
        } else if (before == null || !Objects.equals(before.file, file)) {
            Entry entry = new Entry(file, nanos.getAsLong());
            streams.put(id, entry);
            look(id, entry);
        }
    }

    /** A store is there, or another one: what could not be read before may be now. */
    void storesChanged() {
        streams.forEach((id, entry) -> {
            if (entry.bytes == null) {
                entry.lookedNanos = nanos.getAsLong() - LOOK_NANOS;
                look(id, entry);
            }
        });
    }

    /** A stream is gone. */
    void forget(String id) {
        streams.remove(id);
        problems.solved(problem(id));
    }

    /** The same routes; viewers of {@code stream.ts} get the preamble first. */
    Router guard(Router routes) {
        Router guarded = new Router().otherwise(routes.detours());
        for (Router.Route route : routes.routes()) {
            HttpHandler handler = route.pattern().equals("/live/{ns}/{name}/stream.ts")
                    ? before(route.handler())
                    : route.handler();
            guarded.add(new Router.Route(route.method(), route.pattern(), handler, route.streams()));
        }
        return guarded;
    }

    private HttpHandler before(HttpHandler next) {
        return exchange -> {
            String id = exchange.param("ns") + "/" + exchange.param("name");
            Entry entry = streams.get(id);
            if (entry == null) {
                next.handle(exchange);
                return;
            }
            look(id, entry);
            byte[] bytes = entry.bytes;
            next.handle(bytes == null ? exchange : new Preceded(exchange, bytes));
        };
    }

    private void look(String id, Entry entry) {
        long now = nanos.getAsLong();
        if (now - entry.lookedNanos < LOOK_NANOS || !reading.tryAcquire()) {
            return;
        }
        entry.lookedNanos = now;
        Thread.ofVirtual().name("preamble").start(() -> {
            try {
                read(id, entry);
            } finally {
                reading.release();
            }
        });
    }

    private void read(String id, Entry entry) {
        StoredFile file = entry.file;
        String namespace = id.substring(0, id.indexOf('/'));
        try {
            ObjectStore store = stores.find(namespace, file.storeRef().name())
                    .orElseThrow(() -> new IOException("its store is not there (expected: ObjectStore "
                            + file.storeRef().name() + " in namespace " + namespace + ")"));
            ObjectInfo info = store.head(file.path())
                    .orElseThrow(() -> new IOException("no such object in the store"));
            if (!info.toString().equals(entry.version)) {
                entry.bytes = content(store, file.path(), info);
                entry.version = info.toString();
            }
            problems.solved(problem(id));
        } catch (IOException | StoreException | IllegalStateException e) {
            if (streams.get(id) == entry) {
                problems.failed(problem(id), "LiveStream " + id, "spec.http.preamble.path", file.path(),
                        "a transport stream of at most " + MOST_BYTES + " bytes in the store; viewers go without: "
                                + e.getMessage());
            }
            LOG.atDebug().addKeyValue(LogKeys.STREAM, id).addKeyValue(LogKeys.REASON, e.getMessage())
                    .log("Preamble not read");
        }
    }

    private static byte[] content(ObjectStore store, String path, ObjectInfo info) throws IOException, StoreException {
        if (info.bytes() > MOST_BYTES) {
            throw new IOException("has " + info.bytes() + " bytes");
        }
        byte[] bytes;
        try (StoredObject object = store.get(path, null); InputStream in = object.decoded()) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        }
        boolean whole = bytes.length > 0 && bytes.length <= MOST_BYTES && bytes.length % TsPacket.SIZE == 0;
        for (int at = 0; whole && at < bytes.length; at += TsPacket.SIZE) {
            whole = bytes[at] == 0x47;
        }
        if (!whole) {
            throw new IOException("is not a transport stream of whole packets of " + TsPacket.SIZE + " bytes");
        }
        return bytes;
    }

    private static String problem(String id) {
        return "LiveStream " + id + " preamble";
    }

    /** Sends the preamble before whatever the connection gets when it is taken over. */
    private static final class Preceded extends ForwardingExchange {
        private final byte[] bytes;

        Preceded(Exchange to, byte[] bytes) {
            super(to);
            this.bytes = bytes;
        }

        @Override
        public Optional<Channel> takeOver(String contentType, Map<String, String> headers) {
            Optional<Channel> channel = super.takeOver(contentType, headers);
            ByteBuf shared = Unpooled.wrappedBuffer(bytes);
            // Flushed: a long one leaves no room, and nobody would flush for its sake.
            channel.ifPresentOrElse(to -> to.writeAndFlush(shared, to.voidPromise()), shared::release);
            return channel;
        }
    }
}
