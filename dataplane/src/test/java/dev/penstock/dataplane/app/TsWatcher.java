package dev.penstock.dataplane.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

/** A viewer of an endless transport stream, who notes when it ends or is not one. */
final class TsWatcher implements AutoCloseable {
    private static final int PACKET = 188;

    private final HttpClient client;
    private final String url;
    private final Path saved;
    private final Thread thread;
    private volatile long packets;
    private volatile boolean closing;
    private volatile String end;

    /** @param saved where what comes is written to; null for nowhere */
    TsWatcher(HttpClient client, String url, Path saved) {
        this.client = client;
        this.url = url;
        this.saved = saved;
        this.thread = Thread.ofPlatform().daemon().start(this::watch);
    }

    long packets() {
        return packets;
    }

    /** Why no more comes; null while it does. */
    String end() {
        return end;
    }

    private void watch() {
        try (OutputStream out = saved == null ? OutputStream.nullOutputStream() : Files.newOutputStream(saved)) {
            HttpResponse<InputStream> answer = client.send(HttpRequest.newBuilder(URI.create(url)).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() != 200) {
                end = "status " + answer.statusCode();
                return;
            }
            try (InputStream in = answer.body()) {
                read(in, out);
            }
        } catch (IOException | InterruptedException e) {
            end = closing ? "closed" : e.toString();
        }
    }

    private void read(InputStream in, OutputStream out) throws IOException {
        byte[] packet = new byte[PACKET];
        while (!closing) {
            int read = in.readNBytes(packet, 0, PACKET);
            if (read < PACKET || packet[0] != 0x47) {
                end = read < PACKET ? "disconnected" : "not a packet";
                return;
            }
            packets++;
            out.write(packet);
        }
        end = "closed";
    }

    /** Leaves; what came is saved. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(3000);
            thread.interrupt();
            thread.join(3000);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
