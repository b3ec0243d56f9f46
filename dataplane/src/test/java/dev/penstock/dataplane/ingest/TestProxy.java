package dev.penstock.dataplane.ingest;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy that knows HTTP CONNECT and SOCKS 5, and a host by the name {@code camera.behind}: this machine. */
final class TestProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final String user;
    private final String password;
    final List<String> asked = new CopyOnWriteArrayList<>();

    TestProxy(String user, String password) throws IOException {
        this.user = user;
        this.password = password;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket peer = server.accept();
                Thread.ofVirtual().start(() -> serve(peer));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket peer) {
        try (peer) {
            DataInputStream in = new DataInputStream(peer.getInputStream());
            int first = in.read();
            if (first == 5) {
                socks(in, peer.getOutputStream(), peer);
            } else {
                http(first, in, peer);
            }
        } catch (IOException e) {
            // The client has left.
            return;
        }
    }

    private void http(int first, DataInputStream in, Socket peer) throws IOException {
        StringBuilder head = new StringBuilder().append((char) first);
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        String wanted = "Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        boolean allowed = user.isEmpty()
                || head.toString().toLowerCase().contains("authorization: " + wanted.toLowerCase());
        String target = head.toString().split(" ")[1];
        asked.add(head.toString().split(" ")[0] + " " + target);
        peer.getOutputStream()
                .write(("HTTP/1.1 " + (allowed ? "200 OK" : "407 Proxy Authentication Required") + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        if (allowed) {
            join(peer, target.substring(0, target.lastIndexOf(':')),
                    Integer.parseInt(target.substring(target.lastIndexOf(':') + 1)));
        }
    }

    private void socks(DataInputStream in, OutputStream out, Socket peer) throws IOException {
        in.readNBytes(in.readUnsignedByte());
        if (user.isEmpty()) {
            out.write(new byte[]{5, 0});
        } else {
            out.write(new byte[]{5, 2});
            in.readUnsignedByte();
            String name = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
            String word = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
            boolean allowed = name.equals(user) && word.equals(password);
            out.write(new byte[]{1, (byte) (allowed ? 0 : 1)});
            if (!allowed) {
                return;
            }
        }
        in.readNBytes(3);
        boolean named = in.readUnsignedByte() == 3;
        String host = named
                ? new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8)
                : InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
        int port = in.readUnsignedShort();
        asked.add("SOCKS5 " + host + ":" + port);
        out.write(new byte[]{5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        join(peer, host, port);
    }

    private static void join(Socket peer, String host, int port) throws IOException {
        try (Socket target = new Socket(host.equals("camera.behind") ? "127.0.0.1" : host, port)) {
            Thread.ofVirtual().start(() -> copy(peer, target));
            target.getInputStream().transferTo(peer.getOutputStream());
        }
    }

    private static void copy(Socket from, Socket to) {
        try (InputStream in = from.getInputStream()) {
            in.transferTo(to.getOutputStream());
        } catch (IOException e) {
            // The other side has left.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
