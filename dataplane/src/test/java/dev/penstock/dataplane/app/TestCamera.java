package dev.penstock.dataplane.app;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A camera on TCP that plays a clip from its start to each who connects, at the clip's speed; and fails as it is told. */
final class TestCamera implements AutoCloseable {
    private static final int TICK_MS = 40;

    /** What is sent. */
    enum Mood {
        /** The clip. */
        GOOD,
        /** Nothing. */
        SILENT,
        /** Bytes by chance. */
        GARBAGE
    }

    private final byte[] clip;
    private final int bytesPerTick;
    private final Set<Socket> peers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connects = new AtomicInteger();
    private final int port;
    private volatile Mood mood = Mood.GOOD;
    private volatile ServerSocket server;

    /** @param length the clip's duration */
    TestCamera(byte[] clip, Duration length) throws IOException {
        this.clip = clip;
        this.bytesPerTick = (int) (clip.length * TICK_MS / length.toMillis()) + 1;
        this.port = up(0);
    }

    String url() {
        return "tcp://127.0.0.1:" + port;
    }

    int connects() {
        return connects.get();
    }

    int peers() {
        return peers.size();
    }

    void mood(Mood now) {
        mood = now;
    }

    /** Closes all connections and listens no more. */
    void kill() throws IOException {
        server.close();
        for (Socket peer : peers) {
            peer.close();
        }
    }

    /** Listens again. */
    void revive() throws IOException {
        up(port);
    }

    private int up(int at) throws IOException {
        ServerSocket opened = new ServerSocket();
        opened.setReuseAddress(true);
        opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 50);
        server = opened;
        Thread.ofVirtual().start(() -> accept(opened));
        return opened.getLocalPort();
    }

    private void accept(ServerSocket opened) {
        while (!opened.isClosed()) {
            try {
                Socket peer = opened.accept();
                connects.incrementAndGet();
                peers.add(peer);
                Thread.ofVirtual().start(() -> play(peer));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void play(Socket peer) {
        try (peer; OutputStream out = peer.getOutputStream()) {
            Random random = new Random(1);
            long start = System.nanoTime();
            int at = 0;
            for (int tick = 1; at < clip.length; tick++) {
                int to = (int) Math.min(clip.length, (long) tick * bytesPerTick);
                switch (mood) {
                    case GOOD -> out.write(clip, at, to - at);
                    case SILENT -> out.flush();
                    case GARBAGE -> {
                        byte[] garbage = new byte[to - at];
                        random.nextBytes(garbage);
                        out.write(garbage);
                    }
                }
                at = to;
                long due = start + TimeUnit.MILLISECONDS.toNanos((long) tick * TICK_MS) - System.nanoTime();
                TimeUnit.NANOSECONDS.sleep(Math.max(0, due));
            }
        } catch (IOException | InterruptedException e) {
            // The other side has left, or the camera was killed.
            return;
        } finally {
            peers.remove(peer);
        }
    }

    @Override
    public void close() throws IOException {
        kill();
    }
}
