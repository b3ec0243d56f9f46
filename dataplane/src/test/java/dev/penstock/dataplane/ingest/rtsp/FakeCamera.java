package dev.penstock.dataplane.ingest.rtsp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** An RTSP server of one connection at a time that answers as a test says and writes down what it was asked. */
final class FakeCamera implements AutoCloseable {
    static final String SDP = """
            v=0\r
            o=- 0 0 IN IP4 127.0.0.1\r
            s=camera\r
            m=video 0 RTP/AVP 96\r
            a=rtpmap:96 H264/90000\r
            a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0LADdkAoP+WCgtQEBABCAAAAwAIAAADAeB4oVJA,aMuDyyA=\r
            a=control:track1\r
            """;

    private final ServerSocket server;
    private final Function<Request, String> answers;
    private final List<Request> requests = new ArrayList<>();
    private int connections;

    /** A request: first line's words and header lines. */
    record Request(String method, String uri, List<String> headers, int connection) {
        String header(String name) {
            return headers.stream().filter(line -> line.startsWith(name + ": ")).findFirst()
                    .map(line -> line.substring(name.length() + 2)).orElse("");
        }
    }

    /**
     * @param answers an answer without its CSeq, as {@link #ok} makes it; what is empty is not answered; what ends the
     *     connection says {@code close}
     */
    FakeCamera(Function<Request, String> answers) {
        this.answers = answers;
        try {
            server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::serve);
    }

    /** What a plain camera answers. */
    static String plain(Request request) {
        return switch (request.method()) {
            case "OPTIONS" -> ok("Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER", "");
            case "DESCRIBE" -> ok("Content-Type: application/sdp", SDP);
            case "SETUP" -> ok("Session: 12;timeout=2\r\nTransport: " + request.header("Transport"), "");
            default -> ok("Session: 12", "");
        };
    }

    static String ok(String headers, String body) {
        return answer("200 OK", headers, body);
    }

    static String answer(String status, String headers, String body) {
        return "RTSP/1.0 " + status + "\r\n" + (headers.isEmpty() ? "" : headers + "\r\n")
                + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n") + "CSeq: @\r\n\r\n" + body;
    }

    /** An interleaved packet of H.264, as text of ISO 8859-1. */
    static String packet(int channel, int sequence, long timestamp, boolean marker, String hex) {
        byte[] payload = java.util.HexFormat.of().parseHex(hex);
        java.nio.ByteBuffer out = java.nio.ByteBuffer.allocate(16 + payload.length);
        out.put((byte) '$').put((byte) channel).putShort((short) (12 + payload.length)).put((byte) 0x80)
                .put((byte) (96 | (marker ? 0x80 : 0))).putShort((short) sequence).putInt((int) timestamp).putInt(7)
                .put(payload);
        return new String(out.array(), StandardCharsets.ISO_8859_1);
    }

    int port() {
        return server.getLocalPort();
    }

    String url() {
        return "rtsp://127.0.0.1:" + port() + "/cam?channel=1";
    }

    synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    List<String> methods() {
        return requests().stream().map(Request::method).toList();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                connections++;
                talk(socket);
            } catch (IOException e) {
                // The client has gone, or the test is over.
                continue;
            }
        }
    }

    private void talk(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        OutputStream out = socket.getOutputStream();
        String line;
        while ((line = in.readLine()) != null) {
            String[] first = line.split(" ");
            List<String> headers = new ArrayList<>();
            while ((line = in.readLine()) != null && !line.isEmpty()) {
                headers.add(line);
            }
            Request request = new Request(first[0], first.length > 1 ? first[1] : "", headers, connections);
            synchronized (this) {
                requests.add(request);
            }
            String answer = answers.apply(request);
            if (answer.equals("close")) {
                return;
            }
            out.write(
                    answer.replace("CSeq: @", "CSeq: " + request.header("CSeq")).getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
