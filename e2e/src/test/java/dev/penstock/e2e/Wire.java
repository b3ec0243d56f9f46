package dev.penstock.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The network between a process and a server on this machine, to be cut and mended. The test thread; bytes go by threads of its own. */
final class Wire implements AutoCloseable {
    private final InetSocketAddress server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private ServerSocket door;

    /** Leads to a server on the loopback. */
    Wire(int port) throws IOException {
        server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        door = open(0);
    }

    /** Where to connect instead. */
    int port() {
        return door.getLocalPort();
    }

    /** Ends all connections; new ones are refused. */
    void cut() throws IOException {
        door.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** Takes connections again, at the same port. */
    void mend() throws IOException {
        door = open(port());
    }

    @Override
    public void close() throws IOException {
        cut();
    }

    private ServerSocket open(int port) throws IOException {
        ServerSocket opened = new ServerSocket();
        opened.setReuseAddress(true);
        opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        Thread.ofVirtual().start(() -> accept(opened));
        return opened;
    }

    private void accept(ServerSocket opened) {
        while (!opened.isClosed()) {
            try {
                Socket near = opened.accept();
                Socket far = new Socket();
                sockets.add(near);
                sockets.add(far);
                far.connect(server);
                Thread.ofVirtual().start(() -> pump(near, far));
                Thread.ofVirtual().start(() -> pump(far, near));
            } catch (IOException e) {
                if (!opened.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void pump(Socket from, Socket to) {
        try (from; to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One of the two has ended, and takes the other with it.
            return;
        } finally {
            sockets.remove(from);
        }
    }
}
