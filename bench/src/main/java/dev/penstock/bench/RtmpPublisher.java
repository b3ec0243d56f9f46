package dev.penstock.bench;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One simulated encoder: sends each tag when it is due, as encoders do. One thread. */
final class RtmpPublisher implements AutoCloseable {
    private static final int CHUNK = 1 << 16;
    /** A server that is short of CPU for some seconds does not break its publisher off. */
    private static final int SEND_BUFFER = 4 << 20;

    private final FlvTags tags;
    private final ToBytes bodies;
    private final SocketChannel channel;
    private int next;
    private long round;
    private boolean broken;

    /** What is sent of a tag, each time. */
    @FunctionalInterface
    interface ToBytes {
        byte[] body(FlvTags.Tag tag);
    }

    /**
     * Connects and publishes; blocks.
     *
     * @param start where in the file to begin; the next key frame is the first
     */
    RtmpPublisher(InetSocketAddress server, String name, FlvTags tags, int start) throws IOException {
        this(server, name, tags, start, FlvTags.Tag::body);
    }

    /** As above; each tag is sent as {@code bodies} says. */
    RtmpPublisher(InetSocketAddress server, String name, FlvTags tags, int start, ToBytes bodies) throws IOException {
        this.tags = tags;
        this.bodies = bodies;
        this.next = start;
        while (!tags.media().get(next).key()) {
            next = (next + 1) % tags.media().size();
        }
        channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
        ByteBuffer hello = ByteBuffer.allocate(1537).put((byte) 3).rewind();
        write(hello);
        readFully(ByteBuffer.allocate(1 + 2 * 1536));
        write(ByteBuffer.allocate(1536));
        write(message(2, 1, 0, 0, new byte[]{0, 1, 0, 0}));
        write(command(0, "connect", 1, "app", "live", "tcUrl", "rtmp://127.0.0.1/live"));
        write(command(0, "createStream", 2));
        write(command(1, "publish", 3, null, name, "live"));
        expect("NetStream.Publish.Start");
        for (FlvTags.Tag header : tags.headers()) {
            write(message(6, header.type(), 1, tags.media().get(next).timeMs(), header.body()));
        }
        channel.configureBlocking(false);
    }

    /** When the next tag is due, ms of the publisher's own time. */
    long dueMs() {
        return round * tags.lengthMs() + tags.media().get(next).timeMs();
    }

    boolean isBroken() {
        return broken;
    }

    /** Sends the next tag. A server that does not take it within the socket's buffer breaks the connection. */
    void send() {
        FlvTags.Tag tag = tags.media().get(next);
        ByteBuffer bytes = message(tag.type() == 8 ? 4 : 6, tag.type(), 1, dueMs(), bodies.body(tag));
        next++;
        if (next == tags.media().size()) {
            next = 0;
            round++;
        }
        try {
            broken |= channel.write(bytes) < bytes.capacity();
        } catch (IOException e) {
            broken = true;
        }
    }

    /** Reads away what the server says. */
    void drain(ByteBuffer scratch) {
        try {
            broken |= channel.read(scratch.clear()) < 0;
        } catch (IOException e) {
            broken = true;
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private void readFully(ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                throw new IOException("the server closed the connection in the handshake");
            }
        }
    }

    private void expect(String text) throws IOException {
        StringBuilder heard = new StringBuilder();
        ByteBuffer in = ByteBuffer.allocate(4096);
        while (heard.indexOf(text) < 0) {
            if (channel.read(in.clear()) < 0) {
                throw new IOException("no " + text + " but " + heard.toString().replaceAll("[^\\x20-\\x7e]+", " "));
            }
            heard.append(new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1));
        }
    }

    private static ByteBuffer command(int stream, String name, double number, String... arguments) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        text(out, name);
        out.writeByte(0);
        out.writeDouble(number);
        if (name.equals("connect")) {
            out.writeByte(3);
            for (int i = 0; i < arguments.length; i += 2) {
                out.writeUTF(arguments[i]);
                text(out, arguments[i + 1]);
            }
            out.write(new byte[]{0, 0, 9});
        } else {
            for (String argument : arguments.length == 0 ? new String[]{null} : arguments) {
                text(out, argument);
            }
        }
        return message(3, 20, stream, 0, bytes.toByteArray());
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        out.writeByte(text == null ? 5 : 2);
        if (text != null) {
            out.writeUTF(text);
        }
    }

    private static ByteBuffer message(int chunkStream, int type, int stream, long timeMs, byte[] body) {
        boolean extended = timeMs >= 0xffffff;
        int chunks = Math.max(1, (body.length + CHUNK - 1) / CHUNK);
        ByteBuffer out = ByteBuffer.allocate(12 + (extended ? 4 * chunks : 0) + body.length + chunks - 1);
        int time = extended ? 0xffffff : (int) timeMs;
        out.put((byte) chunkStream).put((byte) (time >> 16)).putShort((short) time).put((byte) (body.length >> 16))
                .putShort((short) body.length).put((byte) type).putInt(Integer.reverseBytes(stream));
        for (int at = 0; at < body.length || at == 0; at += CHUNK) {
            if (at > 0) {
                out.put((byte) (0xc0 | chunkStream));
            }
            if (extended) {
                out.putInt((int) timeMs);
            }
            out.put(body, at, Math.min(CHUNK, body.length - at));
        }
        return out.rewind();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
