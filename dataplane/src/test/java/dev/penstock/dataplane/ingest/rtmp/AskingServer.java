package dev.penstock.dataplane.ingest.rtmp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;

import dev.penstock.dataplane.http.Transport;

/** An RTMP server that plays a picture to {@code me} with the password {@code secret}, and asks for both as Adobe's servers do. */
final class AskingServer implements AutoCloseable {
    private static final String REJECTED = "[ AccessManager.Reject ] : ";
    private static final byte[] CONFIG = ByteBufUtil.decodeHexDump("1700000000" + "0164001fffe1000467640028010000");
    private static final byte[] AUDIO_CONFIG = ByteBufUtil.decodeHexDump("af001190");
    private static final byte[] FRAME = ByteBufUtil.decodeHexDump("1701000000" + "00000002" + "6588");

    /** What connect asked for, in order. */
    final List<String> applications = new CopyOnWriteArrayList<>();
    /** How many got the picture. */
    volatile int played;
    private final boolean withOpaque;
    private final Channel listener;

    /**
     * @param withOpaque whether the challenge has the field that counts before {@code challenge}
     */
    AskingServer(Transport transport, boolean withOpaque) throws IOException {
        this.withOpaque = withOpaque;
        listener = new ServerBootstrap().group(transport.group()).channel(transport.serverChannel())
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new RtmpWire(true, RtmpLimits.DEFAULTS, new Dialogue()));
                    }
                }).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).syncUninterruptibly().channel();
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
    }

    /** What is wrong with who connects so; empty when nothing is. */
    private String objection(String application) {
        if (!application.contains("authmod=adobe")) {
            return REJECTED + "[ code=403 need auth; authmod=adobe ] : ";
        }
        Map<String, String> query = new HashMap<>();
        for (String part : application.substring(application.indexOf('?') + 1).split("&")) {
            query.put(part.substring(0, part.indexOf('=')), part.substring(part.indexOf('=') + 1));
        }
        if (!"me".equals(query.get("user"))) {
            return REJECTED + "[ authmod=adobe ] : ?reason=nosuchuser";
        }
        if (!query.containsKey("response")) {
            return REJECTED + "[ authmod=adobe ] : ?reason=needauth&user=me&salt=0a1B&challenge=c0ff"
                    + (withOpaque ? "&opaque=beef" : "");
        }
        String right = hash(hash("me" + "0a1B" + "secret") + (withOpaque ? "beef" : "c0ff") + query.get("challenge"));
        boolean isOpaque = withOpaque == "beef".equals(query.get("opaque"));
        return right.equals(query.get("response")) && isOpaque
                ? ""
                : REJECTED + "[ authmod=adobe ] : ?reason=authfailed";
    }

    private static String hash(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Dialogue implements Session {
        private RtmpWire wire;

        @Override
        public void connected(RtmpWire opened) {
            wire = opened;
            opened.allow(-1);
        }

        @Override
        public void opened() {
            // The client speaks first.
        }

        @Override
        public void command(int stream, Command command) {
            switch (command.name()) {
                case "connect" -> {
                    String application = command.argument(0).text("app");
                    applications.add(application);
                    String objection = objection(application);
                    if (objection.isEmpty()) {
                        wire.command(0, Capabilities.connected(command));
                    } else {
                        AmfValue said = Capabilities.status(false, "NetConnection.Connect.Rejected", objection)
                                .argument(1);
                        wire.command(0, Command.of("_error", command.transaction(), AmfValue.NULL, said));
                        wire.finish();
                    }
                }
                case "createStream" -> wire.command(0,
                        Command.of("_result", command.transaction(), AmfValue.NULL, AmfValue.of(1)));
                case "play" -> {
                    wire.command(1, Capabilities.status(true, "NetStream.Play.Start", "Playing"));
                    wire.send(ChunkWriter.VIDEO, MessageType.VIDEO, 1, 0, Unpooled.wrappedBuffer(CONFIG));
                    wire.send(ChunkWriter.AUDIO, MessageType.AUDIO, 1, 0, Unpooled.wrappedBuffer(AUDIO_CONFIG));
                    for (int i = 0; i < 3; i++) {
                        wire.send(ChunkWriter.VIDEO, MessageType.VIDEO, 1, i * 40, Unpooled.wrappedBuffer(FRAME));
                    }
                    wire.flush();
                    synchronized (AskingServer.this) {
                        played++;
                    }
                }
                default -> {
                    // Nothing to answer.
                }
            }
        }

        @Override
        public void media(int type, long timestamp, ByteBuf body) {
            body.release();
        }

        @Override
        public void event(int event) {
            // Of no interest.
        }

        @Override
        public void received() {
            // Nothing waits.
        }

        @Override
        public void writabilityChanged() {
            // Little is said.
        }

        @Override
        public void closed(String reason, boolean fault) {
            // Of no interest.
        }
    }
}
