package dev.penstock.dataplane.ingest.rtmp;

import java.util.LinkedHashMap;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The client's side of the dialogue (RTMP 1.0, 7.2): connect, createStream, then publish or play. One owner: the channel's event loop. */
final class ClientSession implements Session {
    /** Field of connect by which a pod says that it relays, so that a publisher is relayed once at most. */
    static final String RELAYED = "penstockRelay";

    private static final double CONNECT = 1;
    private static final double CREATE_STREAM = 4;

    /** What a client wants of a stream. */
    enum Purpose {
        /** To send it. */
        PUBLISH,
        /** To send it for a publisher of another pod. */
        RELAY,
        /** To get it. */
        PLAY
    }

    /**
     * What is asked for.
     *
     * @param application as connect wants it
     * @param tcUrl likewise
     * @param stream name of the stream, with its query. May hold a secret
     * @param purpose what for
     */
    record Target(String application, String tcUrl, String stream, Purpose purpose) {
        private boolean publish() {
            return purpose != Purpose.PLAY;
        }

        /** Without the stream, which may hold a secret. */
        @Override
        public String toString() {
            return tcUrl;
        }
    }

    /** Hears how it goes. */
    interface Owner {
        /** The server takes or gives the stream. */
        void accepted();

        /** Audio, video or data of a stream that is played; takes ownership of the body. */
        void media(int type, long timestamp, ByteBuf body);

        /** The server takes more bytes again, or no more. */
        void writable(boolean isWritable);

        /**
         * The server refused connect, wants a user, and the connection is over; told instead of {@link #over}.
         *
         * @param description as the server put it; of any length and any characters
         */
        default void challenged(String description) {
            over("", "wants a user and a password");
        }

        /**
         * Refused, ended or lost; told once, and the last that is told.
         *
         * @param code of the server's status; empty when it said nothing
         * @param reason one line for people
         */
        void over(String code, String reason);
    }

    private final Target target;
    private final Owner owner;
    private @Nullable RtmpWire wire;
    private int stream = 1;
    private boolean accepted;
    private boolean over;

    ClientSession(Target target, Owner owner) {
        this.target = target;
        this.owner = owner;
    }

    /** Sends a message of the stream that is published; takes ownership of the body. */
    void send(int type, long timestamp, ByteBuf body) {
        int chunkStream = switch (type) {
            case MessageType.AUDIO -> ChunkWriter.AUDIO;
            case MessageType.DATA -> ChunkWriter.DATA;
            default -> ChunkWriter.VIDEO;
        };
        wire().send(chunkStream, type, stream, timestamp, body);
        body.release();
    }

    void flush() {
        wire().flush();
    }

    boolean isWritable() {
        return wire().isWritable();
    }

    /** Whether there is a connection to end. */
    boolean isOpen() {
        return wire != null;
    }

    /** Ends it without a word to the owner; harmless when repeated. */
    void close() {
        if (!over && wire != null) {
            wire.command(0, Command.of("deleteStream", 0, AmfValue.NULL, AmfValue.of(stream)));
            wire.finish();
        }
        over = true;
    }

    @Override
    public void connected(RtmpWire connection) {
        wire = connection;
        connection.allow(-1);
    }

    @Override
    public void opened() {
        Map<String, AmfValue> fields = new LinkedHashMap<>();
        fields.put("app", AmfValue.of(target.application()));
        fields.put("type", AmfValue.of("nonprivate"));
        fields.put("flashVer", AmfValue.of(target.publish() ? "FMLE/3.0 (compatible; Penstock)" : "LNX 9,0,124,2"));
        fields.put("tcUrl", AmfValue.of(target.tcUrl()));
        fields.put("objectEncoding", AmfValue.of(0));
        if (target.purpose() == Purpose.RELAY) {
            fields.put(RELAYED, new AmfValue.Bool(true));
        }
        if (!target.publish()) {
            fields.put("fpad", new AmfValue.Bool(false));
            fields.put("audioCodecs", AmfValue.of(4071));
            fields.put("videoCodecs", AmfValue.of(252));
            fields.put("videoFunction", AmfValue.of(1));
        }
        wire().control(MessageType.WINDOW_ACK_SIZE, RtmpWire.WINDOW);
        wire().largeChunks();
        wire().command(0, Command.of("connect", CONNECT, new AmfValue.Fields(Capabilities.enhanced(fields))));
    }

    @Override
    public void command(int streamId, Command command) {
        switch (command.name()) {
            case "_result" -> result(command);
            case "_error" -> {
                String description = command.argument(1).text("description");
                if (command.transaction() == CONNECT && AdobeAuth.isChallenge(description)) {
                    challenged(description);
                } else if (command.transaction() == CONNECT || command.transaction() == CREATE_STREAM) {
                    status(command.argument(1));
                    refused("", "refused");
                }
            }
            case "onStatus" -> status(command.argument(1));
            case "close" -> refused("", "ended the connection");
            default -> {
                // onBWDone, onFCPublish and others ask for nothing.
            }
        }
    }

    private void challenged(String description) {
        if (!over) {
            over = true;
            wire().finish();
            owner.challenged(description);
        }
    }

    private void result(Command command) {
        if (command.transaction() == CONNECT) {
            if (target.publish()) {
                wire().command(0, Command.of("releaseStream", 2, AmfValue.NULL, AmfValue.of(target.stream())));
                wire().command(0, Command.of("FCPublish", 3, AmfValue.NULL, AmfValue.of(target.stream())));
            }
            wire().command(0, Command.of("createStream", CREATE_STREAM, AmfValue.NULL));
        } else if (command.transaction() == CREATE_STREAM) {
            stream = command.argument(1) instanceof AmfValue.Number number ? (int) number.value() : 1;
            AmfValue name = AmfValue.of(target.stream());
            if (target.publish()) {
                wire().command(stream, Command.of("publish", 5, AmfValue.NULL, name, AmfValue.of("live")));
            } else {
                // -2: a live stream, or else a recorded one.
                wire().command(stream, Command.of("play", 5, AmfValue.NULL, name, AmfValue.of(-2)));
                wire().event(3, stream);
                wire().flush();
            }
        }
    }

    private void status(AmfValue information) {
        String code = information.text("code");
        if (information.text("level").equals("error") || code.endsWith(".Failed") || code.endsWith(".Rejected")
                || code.endsWith("StreamNotFound") || code.endsWith("BadName")) {
            String description = printable(information.text("description"));
            refused(code, "refused: " + (description.isEmpty() ? printable(code) : description));
        } else {
            switch (code) {
                case "NetStream.Publish.Start", "NetStream.Play.Start", "NetStream.Play.PublishNotify" -> accept();
                case "NetStream.Play.UnpublishNotify", "NetStream.Play.Stop", "NetStream.Play.Complete" ->
                    refused(code, "ended the stream");
                default -> {
                    // Play.Reset and others are no answer.
                }
            }
        }
    }

    private void accept() {
        if (!accepted && !over) {
            accepted = true;
            owner.accepted();
        }
    }

    @Override
    public void media(int type, long timestamp, ByteBuf body) {
        if (over || target.publish()) {
            body.release();
            return;
        }
        accept();
        owner.media(type, timestamp, body);
    }

    @Override
    public void event(int event) {
        if (event == MessageType.STREAM_EOF && !target.publish()) {
            refused("", "ended the stream");
        }
    }

    @Override
    public void received() {
        // Nothing waits for the end of a read.
    }

    @Override
    public void writabilityChanged() {
        if (!over) {
            owner.writable(wire().isWritable());
        }
    }

    @Override
    public void closed(String reason, boolean fault) {
        if (!over) {
            over = true;
            owner.over("", reason);
        }
    }

    private void refused(String code, String reason) {
        if (!over) {
            over = true;
            wire().finish();
            owner.over(code, reason);
        }
    }

    /** What a server sent, fit for one line of a log. */
    private static String printable(String text) {
        String line = text.replaceAll("[^\\x20-\\x7e]", "?").replaceAll("(key=)[^&\\s]*", "$1...");
        return line.length() > 120 ? line.substring(0, 120) : line;
    }

    private RtmpWire wire() {
        if (wire == null) {
            throw new IllegalStateException("not connected");
        }
        return wire;
    }
}
