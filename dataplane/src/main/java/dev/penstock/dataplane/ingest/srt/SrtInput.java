package dev.penstock.dataplane.ingest.srt;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.OffLoop;

/**
 * Calls an SRT listener and reads the MPEG-TS that it sends. What it is told and tells is on the settings' event loop; the connection
 * itself belongs to the poller's thread.
 */
public final class SrtInput implements Input {
    private final SrtUrl url;
    private final InputSettings settings;
    private final InputEvents events;
    private @Nullable Call call;
    private boolean closed;

    /** Makes an input for a URL that was read. */
    public SrtInput(SrtUrl url, InputSettings settings, InputEvents events) {
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

    @Override
    public void start() {
        OffLoop.call(settings.loop(), () -> List.of(InetAddress.getAllByName(url.host())), this::call, this::fail);
    }

    @Override
    public void close() {
        closed = true;
        Call open = call;
        if (open != null) {
            open.poller.execute(open::close);
        }
    }

    private void call(List<InetAddress> addresses) {
        if (closed) {
            return;
        }
        try {
            Call next = new Call(SrtPoller.shared(), new ArrayDeque<>(addresses));
            call = next;
            next.poller.execute(next::next);
        } catch (SrtUnavailableException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    private void fail(String reason) {
        if (!closed) {
            events.ended(url + ": " + reason, false);
        }
    }

    /** The connection. One owner: the poller's thread. */
    private final class Call implements SrtPoller.Handler {
        private final SrtPoller poller;
        private final Deque<InetAddress> addresses;
        private @Nullable SrtCaller caller;
        private @Nullable SrtReceiver receiver;
        private int socket = -1;
        private boolean over;

        Call(SrtPoller poller, Deque<InetAddress> addresses) {
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
            receiver = new SrtReceiver(poller, open, settings.loop(), events::bytes, events::skipped);
            try {
                poller.watch(open, SrtLibrary.IN | SrtLibrary.ERR, this);
            } catch (SrtException e) {
                end("connection lost");
            }
        }

        @Override
        public void ready(int told) {
            if (receiver != null) {
                receiver.read().ifPresent(reason -> end("the listener has ended the connection"));
            }
        }

        @Override
        public void second() {
            // Silence is watched by who pulls.
        }

        private void end(String reason) {
            close();
            try {
                settings.loop().execute(() -> fail(reason));
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
            if (caller != null) {
                caller.close();
            }
            if (socket >= 0) {
                poller.close(socket);
            }
        }
    }
}
