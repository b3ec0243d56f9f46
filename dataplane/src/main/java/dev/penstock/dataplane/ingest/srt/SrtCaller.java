package dev.penstock.dataplane.ingest.srt;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Connects to a listener. One owner: the poller's thread. */
final class SrtCaller implements SrtPoller.Handler {
    private final SrtPoller poller;
    private final IntConsumer connected;
    private final Consumer<String> failed;
    private int socket = -1;
    private boolean over;

    /**
     * What the connection is to be.
     *
     * @param streamId empty for none
     * @param latencyMillis least time that a packet has to arrive
     * @param passphrase empty for none; never shown
     * @param connectMillis longest time to connect
     */
    record Options(String streamId, int latencyMillis, String passphrase, int connectMillis) {
        @Override
        public String toString() {
            return "options";
        }
    }

    /**
     * @param connected gets the socket, which is the receiver's from then on
     * @param failed hears why there is none
     */
    SrtCaller(SrtPoller poller, IntConsumer connected, Consumer<String> failed) {
        this.poller = poller;
        this.connected = connected;
        this.failed = failed;
    }

    void connect(InetSocketAddress address, Options options) {
        SrtLibrary library = poller.library();
        try {
            socket = library.socket();
            library.option(socket, SrtLibrary.RCVSYN, 0);
            library.option(socket, SrtLibrary.SNDSYN, 0);
            library.option(socket, SrtLibrary.LATENCY, options.latencyMillis());
            library.option(socket, SrtLibrary.CONNTIMEO, options.connectMillis());
            if (!options.streamId().isEmpty()) {
                library.option(socket, SrtLibrary.STREAMID, options.streamId());
            }
            if (!options.passphrase().isEmpty()) {
                library.option(socket, SrtLibrary.PASSPHRASE, options.passphrase());
            }
            poller.watch(socket, SrtLibrary.OUT | SrtLibrary.ERR, this);
            library.connect(socket, address);
        } catch (SrtException e) {
            fail(Optional.ofNullable(e.getMessage()).orElse("cannot connect"));
        }
    }

    @Override
    public void ready(int events) {
        if (over) {
            return;
        }
        if ((events & SrtLibrary.ERR) != 0) {
            fail(SrtRejection.words(poller.library().rejectReason(socket)));
        } else {
            over = true;
            connected.accept(socket);
        }
    }

    @Override
    public void second() {
        // libsrt watches the time by itself.
    }

    /** Gives up without a word, unless it is connected. */
    void close() {
        if (!over) {
            over = true;
            if (socket >= 0) {
                poller.close(socket);
            }
        }
    }

    private void fail(String reason) {
        close();
        failed.accept(reason);
    }
}
