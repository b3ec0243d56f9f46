package dev.penstock.dataplane.ingest;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** GStreamer's RTSP server as a process; {@code src/test/resources/rtsp/server.py} says what it serves. */
public final class GstServer implements AutoCloseable {
    private static final String INSTALL = "apt-get install -y --no-install-recommends libgstrtspserver-1.0-0 "
            + "gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-base gstreamer1.0-plugins-good "
            + "gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly";

    private final Process process;
    private final int port;

    /** Starts it; with a user and a password it asks for them by Digest. */
    public GstServer(String... user) {
        List<String> command = new ArrayList<>(
                List.of("/usr/bin/python3", Path.of("src/test/resources/rtsp/server.py").toString()));
        command.addAll(Arrays.asList(user));
        try {
            process = new ProcessBuilder(command).redirectError(new File("target/gst-rtsp-server.log")).start();
            BufferedReader out = new BufferedReader(
                    new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
            String line = out.readLine();
            if (line == null) {
                throw new IllegalStateException("no RTSP server, see target/gst-rtsp-server.log; install: " + INSTALL);
            }
            port = Integer.parseInt(line.strip());
        } catch (IOException e) {
            throw new UncheckedIOException("no RTSP server; install: " + INSTALL, e);
        }
    }

    /** The URL of a path. */
    public String url(String path) {
        return "rtsp://127.0.0.1:" + port + path;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
