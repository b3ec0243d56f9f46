package dev.penstock.dataplane.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HttpsPullIT extends PullIT {
    private static final String TRUST = "javax.net.ssl.trustStore";
    private static final String PASSWORD = "changeit";

    @Test
    void shouldPlayFromAServerWhoseCertificateIsTrustedAndFits() throws Exception {
        Path keys = folder.resolve("keys.p12");
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        assertThat(new ProcessBuilder(keytool, "-genkeypair", "-keyalg", "EC", "-alias", "a", "-dname", "CN=localhost",
                "-ext", "san=dns:localhost", "-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore",
                keys.toString()).start().waitFor()).isZero();
        HttpsServer server = serve(keys);
        String port = ":" + server.getAddress().getPort() + "/live.ts";
        try {
            pull("https://localhost" + port);
            sink.awaitEvent("failed");
            assertThat(sink.events().toString()).contains("TLS failed: ");
            assertThat(sink.count("begin")).isZero();
            stop();

            System.setProperty(TRUST, keys.toString());
            System.setProperty(TRUST + "Password", PASSWORD);
            pull("https://127.0.0.1" + port);
            sink.await(java.time.Duration.ofSeconds(5), () -> sink.events().toString().contains("https://127.0.0.1"));
            assertThat(sink.count("begin")).isZero();
            stop();

            pull("https://localhost" + port);
            sink.awaitEvent("end");
            assertThat(sink.bytes()).isEqualTo(FILE);
        } finally {
            System.clearProperty(TRUST);
            System.clearProperty(TRUST + "Password");
            server.stop(0);
        }
    }

    @Test
    void shouldRefuseAServerThatSpeaksNoTls() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            pull("https://127.0.0.1:" + server.getLocalPort() + "/live.ts");
            try (Socket peer = server.accept()) {
                peer.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                sink.awaitEvent("failed");
            }
        }
        assertThat(sink.events().toString()).contains("TLS failed: ");
    }

    private static HttpsServer serve(Path keys) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(task -> Thread.ofVirtual().start(task));
        server.createContext("/live.ts", exchange -> {
            exchange.sendResponseHeaders(200, FILE.length);
            exchange.getResponseBody().write(FILE);
            exchange.close();
        });
        server.start();
        return server;
    }
}
