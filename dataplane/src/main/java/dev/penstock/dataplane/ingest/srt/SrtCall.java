package dev.penstock.dataplane.ingest.srt;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.OffLoop;

/**
 * Calls an SRT listener and sends it MPEG-TS, seven packets a message. What it is told and tells is on the settings' event loop; the
 * connection itself belongs to the poller's thread. At most {@value #WINDOW} bytes are on the way to that thread, and a piece more. Used once.
 */
public final class SrtCall {
    private static final int MESSAGE = 7 * 188;
    private static final int WINDOW = 1 << 20;

    private final SrtUrl url;
    private final InputSettings settings;
    private final Events events;
    private final AtomicInteger onTheWay = new AtomicInteger();
    private @Nullable Connection connection;
    private boolean full;
    private boolean closed;

    /** Hears how it goes, on the event loop. */
    public interface Events {
        /** The listener takes the stream. */
        void accepted();

        /** More can be sent again. */
        void writable();

        /** Refused or lost; told once, with one line for people, without secrets. */
        void over(String reason);
    }

    /** A call to a URL that was read; a key in its stream id is not shown. */
    public SrtCall(SrtUrl url, InputSettings settings, Events events) {
        this.url = url;
        this.settings = settings;
        this.events = events;
    }

    /**
     * Makes sure that SRT can be spoken here.
     *
     * @throws SrtUnavailableException when there is no libsrt; the message names the package
     */
    public static void check() throws SrtUnavailableException {
        SrtLibrary.get();
    }

    /** Looks the host up and calls; does not block. */
    public void start() {
        OffLoop.call(settings.loop(), () -> List.of(InetAddress.getAllByName(url.host())), this::call, this::fail);
    }

    /** Whether more can be sent. */
    public boolean isWritable() {
        full = full || onTheWay.get() > WINDOW;
        return !full;
    }

    /**
     * Sends packets; only when accepted.
     *
     * @param packets whole packets of 188 bytes; taken over
     */
    public void send(ByteBuf packets) {
        Connection open = connection;
        if (closed || open == null) {
            packets.release();
            return;
        }
        int bytes = packets.readableBytes();
        onTheWay.addAndGet(bytes);
        open.poller.execute(() -> open.take(packets));
    }

    /** Ends it without a word to the events; harmless when repeated. */
    public void close() {
        closed = true;
        Connection open = connection;
        if (open != null) {
            open.poller.execute(open::close);
        }
    }

    private void call(List<InetAddress> addresses) {
        if (closed) {
            return;
        }
        try {
            Connection next = new Connection(SrtPoller.shared(), new ArrayDeque<>(addresses));
            connection = next;
            next.poller.execute(next::next);
        } catch (SrtUnavailableException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    private void accept() {
        if (!closed) {
            events.accepted();
        }
    }

    private void fail(String reason) {
        if (!closed) {
            events.over(url + ": " + reason);
        }
    }

    private void drained() {
        if (full && onTheWay.get() <= WINDOW / 2) {
            full = false;
            if (!closed) {
                events.writable();
            }
        }
    }

    /** The connection. One owner: the poller's thread. */
    private final class Connection implements SrtPoller.Handler {
        private final SrtPoller poller;
        private final Deque<InetAddress> addresses;
        private final Deque<ByteBuf> waiting = new ArrayDeque<>();
        private @Nullable SrtCaller caller;
        private int socket = -1;
        private boolean blocked;
        private boolean over;

        Connection(SrtPoller poller, Deque<InetAddress> addresses) {
            this.poller = poller;
            this.addresses = addresses;
        }

        /** Tries the next address. */
        void next() {
            InetAddress address = addresses.poll();
            if (over || address == null) {
                return;
            }
            caller = new SrtCaller(poller, this::connected, reason -> {
                if (addresses.isEmpty()) {
                    end(reason);
                } else {
                    next();
                }
            });
            caller.connect(new InetSocketAddress(address, url.port()), new SrtCaller.Options(url.streamId(),
                    url.latencyMillis(), url.passphrase(), (int) settings.connectTimeout().toMillis()));
        }

        private void connected(int open) {
            socket = open;
            try {
                poller.watch(open, SrtLibrary.ERR, this);
                tell(SrtCall.this::accept);
            } catch (SrtException e) {
                end("connection lost");
            }
        }

        void take(ByteBuf packets) {
            if (over) {
                onTheWay.addAndGet(-packets.readableBytes());
                packets.release();
                return;
            }
            waiting.add(packets);
            if (!blocked) {
                pump();
            }
        }

        private void pump() {
            try {
                boolean room = true;
                while (room && !waiting.isEmpty()) {
                    room = send(waiting.element());
                }
                if (room == blocked) {
                    blocked = !room;
                    poller.watch(socket, blocked ? SrtLibrary.OUT | SrtLibrary.ERR : SrtLibrary.ERR, this);
                }
            } catch (SrtException e) {
                end("the listener has ended the connection");
                return;
            }
            tell(SrtCall.this::drained);
        }

        /** Sends a piece, message by message; false when there is no room for all of it now. */
        private boolean send(ByteBuf packets) throws SrtException {
            MemorySegment scratch = poller.scratch();
            while (packets.isReadable()) {
                int bytes = Math.min(MESSAGE, packets.readableBytes());
                packets.getBytes(packets.readerIndex(), scratch.asSlice(0, bytes).asByteBuffer());
                if (poller.library().send(socket, scratch, bytes) == 0) {
                    return false;
                }
                packets.skipBytes(bytes);
                onTheWay.addAndGet(-bytes);
            }
            waiting.remove().release();
            return true;
        }

        @Override
        public void ready(int told) {
            if ((told & SrtLibrary.ERR) != 0) {
                end("the listener has ended the connection");
            } else if (blocked) {
                pump();
            }
        }

        @Override
        public void second() {
            // Who sends watches the time.
        }

        private void end(String reason) {
            close();
            tell(() -> fail(reason));
        }

        private void tell(Runnable word) {
            try {
                settings.loop().execute(word);
            } catch (RejectedExecutionException e) {
                // The process ends: nobody is left to hear.
                return;
            }
        }

        void close() {
            if (over) {
                return;
            }
            over = true;
            waiting.forEach(ByteBuf::release);
            waiting.clear();
            if (caller != null) {
                caller.close();
            }
            if (socket >= 0) {
                poller.close(socket);
            }
        }
    }
}
