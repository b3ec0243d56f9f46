package dev.penstock.dataplane.ingest.rtmp;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.ingest.push.Publication;
import dev.penstock.dataplane.ingest.push.PublishGate;
import dev.penstock.dataplane.ingest.push.PublishRequest;
import dev.penstock.dataplane.ingest.push.PublishVerdict;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * The server's side of the dialogue (RTMP 1.0, 7.2): connect, createStream, publish. The gate says whether a publisher may come in; then
 * the channel moves to the stream's event loop, or what it sends is relayed to the pod that has the stream. One owner: the channel's event
 * loop.
 */
final class ServerSession implements Session {
    private static final Logger LOG = LoggerFactory.getLogger(ServerSession.class);
    private static final String BAD_NAME = "NetStream.Publish.BadName";
    private static final long LOOK_MS = 1000;
    private static final long COLLECT_MS = 30;
    private static final int MOST_COLLECTED = 64 << 10;

    /**
     * What all sessions of a server share.
     *
     * @param protocol {@code rtmp} or {@code rtmps}
     * @param relayPort port at which other pods take RTMP
     * @param pace for lines that strangers cause
     */
    record Shared(String protocol, PublishGate gate, RtmpLimits limits, RtmpMetrics metrics, int relayPort,
            LogPace pace) {}

    /** Where the dialogue is. */
    private enum State {
        NEW, CONNECTED, ASKING, PUBLISHING, RELAYING, OVER
    }

    private final Shared shared;
    private final InetSocketAddress remote;
    private State state = State.NEW;
    private @Nullable RtmpWire wire;
    private @Nullable Future<?> timer;
    private @Nullable Publication publication;
    private @Nullable Publisher publisher;
    private @Nullable Relay relay;
    private String application = "";
    private String tcUrl = "";
    private boolean relayed;
    private boolean reconnects;
    private String name = "";
    private int stream;
    private int streams;
    private long seen;
    private long silentMs;
    private int collected = 1;

    ServerSession(Shared shared, InetSocketAddress remote) {
        this.shared = shared;
        this.remote = remote;
    }

    @Override
    public void connected(RtmpWire connection) {
        wire = connection;
        deadline(shared.limits().handshakeTimeout(), "no handshake");
    }

    @Override
    public void opened() {
        deadline(shared.limits().publishTimeout(), "does not publish");
    }

    @Override
    public void command(int streamId, Command command) {
        switch (command.name()) {
            case "connect" -> connect(command);
            case "createStream" -> answer(command, AmfValue.of(++streams));
            case "releaseStream", "FCPublish", "getStreamLength" -> answer(command, AmfValue.NULL);
            case "publish" -> publish(streamId, command);
            case "play", "play2" -> play(streamId);
            case "FCUnpublish", "closeStream", "deleteStream" -> unpublish();
            default -> {
                // Statistics and questions of the bandwidth: no client waits for an answer.
            }
        }
    }

    private void connect(Command command) {
        if (state != State.NEW) {
            throw new RtmpFault("connect twice");
        }
        state = State.CONNECTED;
        application = command.argument(0).text("app");
        tcUrl = command.argument(0).text("tcUrl");
        relayed = command.argument(0).has(ClientSession.RELAYED);
        reconnects = Capabilities.reconnects(command);
        RtmpWire out = wire();
        out.control(MessageType.WINDOW_ACK_SIZE, RtmpWire.WINDOW);
        out.control(MessageType.SET_PEER_BANDWIDTH, RtmpWire.WINDOW);
        out.largeChunks();
        out.command(0, Capabilities.connected(command));
    }

    private void answer(Command command, AmfValue result) {
        if (command.transaction() > 0) {
            wire().command(0, Command.of("_result", command.transaction(), AmfValue.NULL, result));
        }
    }

    private void publish(int streamId, Command command) {
        if (state != State.CONNECTED) {
            throw new RtmpFault(state == State.NEW ? "publish without connect" : "publish twice");
        }
        stream = streamId;
        Optional<PublishName> found = PublishName.parse(application, tcUrl, command.text(1));
        if (found.isEmpty()) {
            refuse(BAD_NAME, "not the name of a stream (" + PublishName.EXPECTED + ")");
            return;
        }
        PublishName wanted = found.get();
        name = wanted.toString();
        state = State.ASKING;
        RtmpWire connection = wire();
        connection.pause();
        // The gate answers in its own time.
        cancelTimer();
        shared.gate().admit(
                new PublishRequest(shared.protocol(), wanted.namespace(), wanted.name(), wanted.key(), remote),
                verdict -> connection.loop().execute(() -> decided(wanted, verdict)));
    }

    private void decided(PublishName wanted, PublishVerdict verdict) {
        if (state != State.ASKING) {
            if (verdict instanceof PublishVerdict.Accepted accepted) {
                leave(accepted.publication(), "gone before it was let in");
            }
            return;
        }
        switch (verdict) {
            case PublishVerdict.Accepted accepted -> {
                publication = accepted.publication();
                wire().move(accepted.publication().loop(), () -> begin(accepted.publication()));
            }
            // The gate has said it in the log.
            case PublishVerdict.Refused refused -> end(BAD_NAME, refused.message());
            case PublishVerdict.Elsewhere elsewhere -> elsewhere(wanted, elsewhere.host());
        }
    }

    private void begin(Publication to) {
        if (state != State.ASKING) {
            return;
        }
        state = State.PUBLISHING;
        publisher = new Publisher(to, reason -> refuse("NetStream.Publish.Rejected", reason));
        to.onRevoked(reason -> refuse("NetStream.Publish.Rejected", reason));
        shared.metrics().publishing(1);
        LOG.atInfo().addKeyValue(LogKeys.STREAM, name).addKeyValue(LogKeys.REMOTE, remote.toString())
                .log("RTMP publisher connected");
        started();
    }

    private void elsewhere(PublishName wanted, String host) {
        if (relayed) {
            refuse(BAD_NAME, "the stream moves between pods; try again");
            return;
        }
        Relay opened = new Relay(wire(), shared.limits(), new Relay.Events() {
            @Override
            public void accepted() {
                state = State.RELAYING;
                shared.metrics().relaying(1);
                LOG.atInfo().addKeyValue(LogKeys.STREAM, name).addKeyValue(LogKeys.REMOTE, remote.toString())
                        .addKeyValue(LogKeys.ADDRESS, host).log("RTMP publisher relayed");
                started();
            }

            @Override
            public void over(String code, String reason) {
                refuse(code, reason);
            }
        });
        relay = opened;
        opened.start(host, shared.relayPort(), wanted);
    }

    /** Tells the publisher to send, and watches that it does. */
    private void started() {
        RtmpWire connection = wire();
        connection.allow(-1);
        connection.event(MessageType.STREAM_BEGIN, stream);
        connection.command(stream, Capabilities.status(true, "NetStream.Publish.Start", "Publishing " + name));
        silentMs = 0;
        seen = connection.received();
        watch();
        connection.resume();
    }

    /**
     * Looks once a second what has come: nothing for too long ends it; else the kernel is told to collect what comes in
     * {@value #COLLECT_MS} ms on average. A publisher that falls silent is read to its last byte at the next look.
     */
    private void watch() {
        long period = Math.min(LOOK_MS, shared.limits().idleTimeout().toMillis() / 3);
        timer = wire().schedule(Duration.ofMillis(period), () -> {
            long came = wire().received() - seen;
            seen += came;
            silentMs = came == 0 ? silentMs + period : 0;
            if (silentMs >= shared.limits().idleTimeout().toMillis()) {
                timedOut("sent nothing for " + shared.limits().idleTimeout().toSeconds() + " s");
                return;
            }
            int bytes = Math.clamp(came * COLLECT_MS / period, 1, MOST_COLLECTED);
            if (bytes < collected / 2 || bytes > collected + collected / 2) {
                collected = bytes;
                wire().collect(bytes);
            }
            watch();
        });
    }

    private void play(int streamId) {
        stream = streamId;
        refuse("NetStream.Play.Failed", "playback is by HTTP: /live/NAMESPACE/NAME/index.m3u8 or stream.ts");
    }

    private void unpublish() {
        if (state == State.PUBLISHING || state == State.RELAYING) {
            release("the publisher ended the stream");
            state = State.CONNECTED;
            wire().allow(shared.limits().bytesBeforePublish());
            deadline(shared.limits().publishTimeout(), "does not publish");
        }
    }

    @Override
    public void media(int type, long timestamp, ByteBuf body) {
        if (publisher != null) {
            publisher.media(type, timestamp, body);
        } else if (relay != null) {
            relay.forward(type, timestamp, body);
        } else {
            body.release();
        }
    }

    @Override
    public void event(int event) {
        // Buffer lengths and the like concern players.
    }

    @Override
    public void received() {
        if (relay != null) {
            relay.flush();
        }
    }

    @Override
    public void writabilityChanged() {
        // The wire stops reading while the peer does not read.
    }

    @Override
    public boolean leave() {
        if (!reconnects || (state != State.PUBLISHING && state != State.RELAYING)) {
            return false;
        }
        LOG.atInfo().addKeyValue(LogKeys.STREAM, name).addKeyValue(LogKeys.REMOTE, remote.toString())
                .log("RTMP publisher asked to reconnect");
        wire().command(0, Capabilities.reconnect("the server stops"));
        return true;
    }

    @Override
    public void closed(String reason, boolean fault) {
        State was = state;
        state = State.OVER;
        cancelTimer();
        if (fault) {
            shared.metrics().ended(RtmpMetrics.End.FAULT);
        }
        // Who connects and leaves without a word is a balancer that looks whether we are there.
        if (was != State.NEW || fault) {
            say("RTMP connection ended", reason);
        }
        release("the publisher " + reason);
    }

    /** Says no, and ends the connection. */
    private void refuse(String code, String reason) {
        if (state == State.OVER) {
            return;
        }
        say("RTMP publisher refused", reason);
        end(code, reason);
    }

    private void end(String code, String reason) {
        state = State.OVER;
        cancelTimer();
        shared.metrics().ended(RtmpMetrics.End.REFUSED);
        release(reason);
        wire().command(stream, Capabilities.status(false, code, reason));
        wire().finish();
    }

    private void timedOut(String reason) {
        state = State.OVER;
        say("RTMP connection timed out", reason);
        shared.metrics().ended(RtmpMetrics.End.TIMEOUT);
        release("the publisher " + reason);
        wire().finish();
    }

    private void say(String what, String reason) {
        if (publisher != null || shared.pace().may(wire().loop().ticker().nanoTime())) {
            LOG.atInfo().addKeyValue(LogKeys.STREAM, name).addKeyValue(LogKeys.REMOTE, remote.toString())
                    .addKeyValue(LogKeys.REASON, reason).log(what);
        }
    }

    /** Lets go of the stream. */
    private void release(String reason) {
        if (publisher != null) {
            shared.metrics().publishing(-1);
            shared.metrics().damaged(publisher.damaged());
            if (publisher.damaged() > 0) {
                LOG.atInfo().addKeyValue(LogKeys.STREAM, name).addKeyValue(LogKeys.COUNT, publisher.damaged())
                        .log("RTMP messages were damaged");
            }
            publisher.close(reason);
        } else if (publication != null) {
            leave(publication, reason);
        }
        if (relay != null) {
            if (relay.isAccepted()) {
                shared.metrics().relaying(-1);
            }
            relay.close();
        }
        publisher = null;
        publication = null;
        relay = null;
        cancelTimer();
    }

    /** Closes a publication from a loop that need not be its own. */
    private static void leave(Publication publication, String reason) {
        if (publication.loop().inEventLoop()) {
            publication.close(reason);
        } else {
            publication.loop().execute(() -> publication.close(reason));
        }
    }

    private void deadline(Duration time, String what) {
        cancelTimer();
        timer = wire().schedule(time, () -> timedOut(what + " within " + time.toSeconds() + " s"));
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private RtmpWire wire() {
        if (wire == null) {
            throw new IllegalStateException("not connected");
        }
        return wire;
    }
}
