package dev.penstock.dataplane.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.Ticker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.api.AdminEndpoints;
import dev.penstock.dataplane.api.ControlApi;
import dev.penstock.dataplane.api.Page;
import dev.penstock.dataplane.fanout.TsHandler;
import dev.penstock.dataplane.hls.HlsViewers;
import dev.penstock.dataplane.hls.LiveHls;
import dev.penstock.dataplane.http.HttpLimits;
import dev.penstock.dataplane.http.HttpMetrics;
import dev.penstock.dataplane.http.HttpServer;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.http.Transport;
import dev.penstock.dataplane.record.PlaybackHandler;
import dev.penstock.dataplane.record.RecorderContext;
import dev.penstock.dataplane.record.Recorders;
import dev.penstock.dataplane.record.RecordingMetrics;
import dev.penstock.dataplane.resource.ResourceSource;
import dev.penstock.dataplane.resource.ResourceSourceException;
import dev.penstock.dataplane.telemetry.Health;
import dev.penstock.dataplane.telemetry.Telemetry;

/** A running data plane: everything that one process serves. Started once, stopped once. */
final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final Duration GRACE = Duration.ofSeconds(5);
    /** Most bytes of a store's objects that playback of recordings holds at once. */
    private static final long PROXY_BYTES = 64L << 20;

    private final Telemetry telemetry;
    private final Transport transport;
    private final ResourceSource resources;
    private final LiveStreams streams;
    private final Stores stores;
    private final Recordings recordings;
    private final HttpServer server;
    private final @Nullable HttpServer admin;
    private final @Nullable StatusReporter reporter;
    private volatile boolean following;

    private Node(NodeSettings settings) throws IOException {
        Files.createDirectories(settings.data());
        telemetry = new Telemetry();
        MeterRegistry registry = telemetry.registry();
        InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        transport = Transport.open(settings.loops(), "loop");
        resources = settings.resources();
        Problems problems = new Problems();
        HlsViewers hlsViewers = new HlsViewers(Ticker.systemTicker());
        streams = new LiveStreams(transport.group(),
                new NodeContext(resources, StreamMeters.in(registry), hlsViewers, clock, random, settings.admission()),
                problems);
        stores = new Stores(new StoreOpener(resources, settings.data().resolve("store"), clock), problems,
                settings.admission());
        Recorders recorders = new Recorders();
        RecordingMetrics recordingMetrics = new RecordingMetrics(registry);
        recordingMetrics.watch(recorders::statuses);
        Path spool = settings.data().resolve("spool");
        recordings = new Recordings(streams, stores, problems,
                RecorderContext.of(clock, System::nanoTime, random, SpoolSize.of(spool), recordingMetrics), recorders,
                spool,
                settings.writer(), settings.epoch());
        Health health = new Health();
        health.add("resources", Health.Kind.READY,
                () -> following ? Optional.empty() : Optional.of("resources are not read yet"));
        Router router = new Router();
        new ControlApi(new NodeCatalog(streams, recordings, recorders, problems, hlsViewers, clock), health)
                .addTo(router);
        Router adminRouter = settings.admin() == null ? router : new Router();
        new AdminEndpoints(telemetry, health).addTo(adminRouter);
        Page.addTo(router);
        router.get("/live/{ns}/{name}/stream.ts", new TsHandler(streams.fanouts()));
        new LiveHls(streams.windows(), hlsViewers).routes(router);
        new PlaybackHandler(recorders, Executors.newVirtualThreadPerTaskExecutor(), PROXY_BYTES).register(router);
        server = HttpServer.start(transport, router, HttpLimits.DEFAULTS, new HttpMetrics(registry, "main"), clock,
                settings.http());
        admin = settings.admin() == null
                ? null
                : HttpServer.start(transport, adminRouter, HttpLimits.DEFAULTS, new HttpMetrics(registry, "admin"),
                        clock,
                        settings.admin());
        reporter = settings.status() == null
                ? null
                : new StatusReporter(streams, recordings, recorders, hlsViewers, settings);
        try {
            resources.start(new DesiredState(resources, streams, stores, recordings, problems));
        } catch (ResourceSourceException e) {
            stop();
            throw new IOException(e.getMessage(), e);
        }
        following = true;
    }

    /**
     * Starts a data plane: when this returns it serves what the resources say.
     *
     * @throws IOException when the address is taken, the folder cannot be read or the data folder cannot be written
     */
    static Node start(NodeSettings settings) throws IOException {
        return new Node(settings);
    }

    /** Where HTTP is served. */
    InetSocketAddress address() {
        return server.address();
    }

    /** Ends cleanly: streams finish their last segment, recorders spool it, answers under way are finished. */
    void stop() {
        LOG.atInfo().log("Stopping");
        resources.stop();
        if (reporter != null) {
            reporter.close();
        }
        streams.close();
        recordings.close();
        stores.close();
        server.stop(GRACE).join();
        if (admin != null) {
            admin.stop(Duration.ZERO).join();
        }
        transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        telemetry.close();
        LOG.atInfo().log("Stopped");
    }
}
