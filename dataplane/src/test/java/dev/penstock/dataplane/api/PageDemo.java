package dev.penstock.dataplane.api;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

import dev.penstock.dataplane.http.HttpLimits;
import dev.penstock.dataplane.http.HttpMetrics;
import dev.penstock.dataplane.http.HttpServer;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.http.Transport;
import dev.penstock.dataplane.telemetry.Health;
import dev.penstock.dataplane.telemetry.Logging;
import dev.penstock.dataplane.telemetry.Telemetry;
import dev.penstock.wire.PodReport;

/**
 * Serves the page with made-up streams, to look at it: arguments are a port, {@code full} or {@code empty}, and a folder
 * with an HLS playlist {@code index.m3u8} that every stream and recording plays.
 */
final class PageDemo {
    private PageDemo() {}

    public static void main(String[] args) throws Exception {
        Logging.configure(Logging.Format.TEXT, "info");
        Path media = Path.of(args[2]);
        Telemetry telemetry = new Telemetry();
        Health health = new Health();
        Router router = new Router();
        new ControlApi(args[1].equals("full") ? FakeCatalog.full() : new FakeCatalog(), health, new FakeWrites())
                .addTo(router);
        new AdminEndpoints(telemetry, health, () -> new PodReport(true, 7, 2)).addTo(router);
        Page.addTo(router);
        for (String prefix : new String[]{"live", "recordings"}) {
            router.get("/" + prefix + "/{ns}/{name}/{file}", exchange -> {
                String file = exchange.param("file");
                boolean playlist = file.endsWith(".m3u8");
                exchange.sendFile(playlist ? "application/vnd.apple.mpegurl" : "video/mp2t",
                        Map.of("Cache-Control", "no-cache"), media.resolve(playlist ? "index.m3u8" : file));
            });
        }
        HttpServer.start(Transport.open(2, "demo"), router, HttpLimits.DEFAULTS,
                new HttpMetrics(telemetry.registry(), "main"), InstantSource.system(),
                new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])));
        Thread.currentThread().join();
    }
}
