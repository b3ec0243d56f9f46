package dev.penstock.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP relay in front of a server, shut at first: until it is opened, connections are closed as soon as they are made. */
final class Door implements AutoCloseable {
    private final URI target;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean open;

    Door(String target) throws IOException {
        this.target = URI.create(target);
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** Where the server seems to be. */
    String url() {
        return target.getScheme() + "://" + target.getHost() + ":" + server.getLocalPort() + "/";
    }

    void open() {
        open = true;
    }

    private void accept() {
        try {
            while (true) {
                Socket in = server.accept();
                if (!open) {
                    in.close();
                    continue;
                }
                Socket out = new Socket(target.getHost(), target.getPort());
                sockets.add(in);
                sockets.add(out);
                Thread.ofVirtual().start(() -> copy(in, out));
                Thread.ofVirtual().start(() -> copy(out, in));
            }
        } catch (IOException e) {
            open = false;
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from; to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // The other direction has ended the connection.
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
