package dev.penstock.dataplane.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.Ticker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.access.AccessMetrics;
import dev.penstock.dataplane.access.HttpKeySetFetcher;
import dev.penstock.dataplane.access.LimitMetrics;
import dev.penstock.dataplane.access.PlaybackDoor;
import dev.penstock.dataplane.access.PublishHooks;
import dev.penstock.dataplane.access.PublishMetrics;
import dev.penstock.dataplane.access.ViewerBook;
import dev.penstock.dataplane.api.AdminEndpoints;
import dev.penstock.dataplane.api.ControlApi;
import dev.penstock.dataplane.api.Page;
import dev.penstock.dataplane.api.Writes;
import dev.penstock.dataplane.dash.DashMetrics;
import dev.penstock.dataplane.dash.LiveDash;
import dev.penstock.dataplane.fanout.TsHandler;
import dev.penstock.dataplane.hls.CmafHls;
import dev.penstock.dataplane.hls.HlsViewers;
import dev.penstock.dataplane.hls.LiveHls;
import dev.penstock.dataplane.http.HttpLimits;
import dev.penstock.dataplane.http.HttpMetrics;
import dev.penstock.dataplane.http.HttpServer;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.http.TlsCertificates;
import dev.penstock.dataplane.http.Transport;
import dev.penstock.dataplane.ingest.PullContext;
import dev.penstock.dataplane.ingest.push.HttpPush;
import dev.penstock.dataplane.ingest.push.HttpPushLimits;
import dev.penstock.dataplane.ingest.push.PublishGate;
import dev.penstock.dataplane.notify.Notifications;
import dev.penstock.dataplane.notify.NotifyLimits;
import dev.penstock.dataplane.notify.NotifyMetrics;
import dev.penstock.dataplane.placement.PeerNames;
import dev.penstock.dataplane.placement.PlacementMetrics;
import dev.penstock.dataplane.placement.Relay;
import dev.penstock.dataplane.placement.RelayLimits;
import dev.penstock.dataplane.placement.StreamPlaces;
import dev.penstock.dataplane.push.PushContext;
import dev.penstock.dataplane.push.PushMetrics;
import dev.penstock.dataplane.record.PlaybackHandler;
import dev.penstock.dataplane.record.RecorderContext;
import dev.penstock.dataplane.record.Recorders;
import dev.penstock.dataplane.record.RecordingMetrics;
import dev.penstock.dataplane.resource.KubernetesSource;
import dev.penstock.dataplane.resource.ResourceSource;
import dev.penstock.dataplane.resource.ResourceSourceException;
import dev.penstock.dataplane.telemetry.Health;
import dev.penstock.dataplane.telemetry.LogKeys;
import dev.penstock.dataplane.telemetry.ProxyMetrics;
import dev.penstock.dataplane.telemetry.Telemetry;
import dev.penstock.dataplane.trickplay.PosterHandler;
import dev.penstock.dataplane.vod.FileStreams;
import dev.penstock.dataplane.vod.VodMetrics;
import dev.penstock.wire.PodReport;

/** A running data plane: everything that one process serves. Started once, stopped once. */
final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final long SWEEP_SECONDS = 2;
    /** Most bytes of a store's objects that playback of recordings holds at once. */
    private static final long PROXY_BYTES = 64L << 20;

    /** Most memory of the indexes of files that are kept open. */
    private static final long INDEX_BYTES = 64L << 20;

    private final Telemetry telemetry;
    private final Transport transport;
    private final ResourceSource resources;
    private final LiveStreams streams;
    private final ScheduledExecutorService sweeper = Executors
            .newSingleThreadScheduledExecutor(Thread.ofVirtual().name("viewer-sweep").factory());
    private final Stores stores;
    private final Recordings recordings;
    private final PublishHooks hooks;
    private final PublishGate gate;
    private final FileStreams files;
    private final HttpServer server;
    private final @Nullable HttpServer https;
    private final PosterHandler posters;
    private @Nullable PublishListeners publishing;
    private final @Nullable HttpServer admin;
    private final @Nullable StatusReporter reporter;
    private final Duration drain;
    private final @Nullable Relay relay;
    private final HttpKeySetFetcher keySets = new HttpKeySetFetcher();
    private final @Nullable StoreChecks checks;
    private final @Nullable SpoolDrain spoolDrain;
    private final Notifications notifications;
    private final ScheduledExecutorService watching = Executors
            .newSingleThreadScheduledExecutor(Thread.ofVirtual().name("events").factory());
    private volatile boolean following;
    private volatile boolean draining;

    private Node(NodeSettings settings) throws IOException {
        Files.createDirectories(settings.data());
        telemetry = new Telemetry();
        MeterRegistry registry = telemetry.registry();
        InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        transport = Transport.open(settings.loops(), "loop");
        Writes writes;
        if (settings.pool() == null) {
            OfflineSwitch offline = new OfflineSwitch(settings.resources(), settings.data().resolve("offline.json"));
            resources = offline;
            writes = new LocalWrites(offline);
        } else {
            resources = settings.resources();
            writes = new ClusterWrites(settings.pool().callers());
        }
        Problems problems = new Problems();
        HlsViewers hlsViewers = new HlsViewers(Ticker.systemTicker());
        StreamMeters meters = StreamMeters.in(registry);
        NodeSettings.Pool pool = settings.pool();
        HookSettings hookSettings = pool == null ? HookSettings.alone(resources) : HookSettings.ofPod(pool.resources());
        streams = new LiveStreams(transport.group(),
                new NodeContext(resources, meters, hlsViewers, clock,
                        PullContext.usual(meters.ingest(), random),
                        settings.admission(), hookSettings,
                        PushContext.usual(clock, random, new PushMetrics(registry))),
                problems);
        ProxyMetrics.addTo(telemetry, streams::samples);
        stores = new Stores(new StoreOpener(resources, settings.data().resolve("store"), clock), problems,
                settings.admission());
        streams.slates(new Slates(stores, problems, settings.data().resolve("slates")));
        Recorders recorders = new Recorders();
        RecordingMetrics recordingMetrics = new RecordingMetrics(registry);
        recordingMetrics.watch(recorders::statuses);
        Path spool = settings.data().resolve("spool");
        recordings = new Recordings(streams, stores, problems,
                RecorderContext.of(clock, System::nanoTime, random, SpoolSize.of(spool), recordingMetrics), recorders,
                spool,
                settings.writer(), settings.epoch());
        notifications = new Notifications(settings.writer(), this::signingKey, clock, System::nanoTime, random,
                NotifyLimits.DEFAULTS, new NotifyMetrics(registry));
        Health health = new Health();
        health.add("resources", Health.Kind.READY,
                () -> following ? Optional.empty() : Optional.of("resources are not read yet"));
        health.add("drain", Health.Kind.READY,
                () -> draining ? Optional.of("stopping, viewers should go elsewhere") : Optional.empty());
        drain = pool == null ? Duration.ZERO : pool.drain();
        relay = pool == null
                ? null
                : new Relay(transport, new PoolRing(pool.resources(), pool.ordinal()),
                        new PeerNames(pool.name(), pool.ordinal(), pool.peers(), settings.http().getPort()),
                        RelayLimits.DEFAULTS, new PlacementMetrics(registry));
        PublishMetrics publishMetrics = new PublishMetrics(registry);
        hooks = new PublishHooks(clock, System::nanoTime, publishMetrics);
        gate = new StreamGate(streams, new PublishRules(resources, hookSettings, hooks), pool == null
                ? null
                : new StreamPlaces(new PoolRing(pool.resources(), pool.ordinal()),
                        new PeerNames(pool.name(), pool.ordinal(), pool.peers(), settings.http().getPort())),
                publishMetrics, System::nanoTime);
        Aliases aliases = new Aliases(problems);
        posters = new PosterHandler(streams.keyframes(), System::nanoTime);
        Router router = new Router().otherwise(aliases::find);
        ViewerBook viewers = new ViewerBook(System::nanoTime, new LimitMetrics(registry),
                new LoadLog(System::nanoTime));
        sweeper.scheduleWithFixedDelay(viewers::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
        ViewerRules viewerRules = new ViewerRules(viewers, streams, problems);
        watching.scheduleWithFixedDelay(new EventWatch(streams, recorders, notifications, viewers),
                EventWatch.EVERY.toMillis(), EventWatch.EVERY.toMillis(), TimeUnit.MILLISECONDS);
        NodeCatalog catalog = new NodeCatalog(streams, recordings, recorders, problems, viewers, clock);
        ControlApi api = relay == null
                ? new ControlApi(catalog, health, writes)
                : new ControlApi(catalog, health, writes, relay.peers(), System::nanoTime);
        api.addTo(router);
        Router adminRouter = settings.admin() == null ? router : new Router();
        new AdminEndpoints(telemetry, health, pool == null ? null : () -> report(pool.resources(), health))
                .addTo(adminRouter);
        Page.addTo(router);
        router.get("/live/{ns}/{name}/stream.ts", new TsHandler(streams.fanouts()));
        posters.routes(router);
        LiveDash dash = new LiveDash(streams.dash(), clock, new DashMetrics(registry));
        dash.routes(router);
        new LiveHls(streams.windows(), new CmafHls(streams.cmaf(s -> s.hls() == StreamSettings.Hls.CMAF),
                streams.cmaf(s -> true), hlsViewers, dash::unfinished), hlsViewers).routes(router);
        new HttpPush(gate, HttpPushLimits.DEFAULTS).routes(router);
        new PlaybackHandler(recorders, Executors.newVirtualThreadPerTaskExecutor(), PROXY_BYTES).register(router);
        FileStorages storages = new FileStorages(stores, problems);
        files = new FileStreams(storages::find, Executors.newVirtualThreadPerTaskExecutor(), INDEX_BYTES,
                System::nanoTime, new VodMetrics(registry));
        files.routes(router);
        Preambles preambles = new Preambles(stores, problems, System::nanoTime);
        Router onAir = new OffAir(streams).guard(new ViewerGuard(viewers, viewerRules).guard(preambles.guard(router)));
        PlaybackAccess access = new PlaybackAccess(resources, problems);
        Router played = new PlaybackGuard(access,
                new PlaybackDoor(keySets, clock, System::nanoTime, new AccessMetrics(registry))).guard(onAir);
        Router routes = new ClientAddresses(settings.trusted()).guard(relay == null ? played : relay.guard(played));
        Map<String, String> always = pool == null ? Map.of() : Map.of("Penstock-Pod", pool.pod());
        server = HttpServer.start(transport, routes, HttpLimits.DEFAULTS, new HttpMetrics(registry, "main"), clock,
                settings.http(), always);
        https = secure(settings.publishing(), routes, registry, clock, always);
        admin = settings.admin() == null
                ? null
                : HttpServer.start(transport, adminRouter, HttpLimits.DEFAULTS, new HttpMetrics(registry, "admin"),
                        clock,
                        settings.admin());
        reporter = settings.status() == null
                ? null
                : new StatusReporter(streams, recordings, recorders, viewers, settings);
        checks = pool == null || settings.status() == null
                ? null
                : new StoreChecks(resources, stores, settings.status(),
                        new PoolRing(pool.resources(), pool.ordinal())::owns, clock, System::nanoTime, random).start();
        spoolDrain = pool == null
                ? null
                : new SpoolDrain(spool, recordings,
                        () -> following && new PoolRing(pool.resources(), pool.ordinal()).isSettled(),
                        pool.resources()::recording).start();
        try {
            resources.start(new DesiredState(resources, streams, stores, recordings, problems, aliases,
                    viewerRules, access, preambles, storages));
        } catch (ResourceSourceException e) {
            stop();
            throw new IOException(e.getMessage(), e);
        }
        try {
            // Not before the streams are known: an encoder that is told that its stream is unknown may give up.
            publishing = PublishListeners.start(transport, settings.publishing(), gate, registry);
        } catch (IOException e) {
            stop();
            throw e;
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

    private @Nullable HttpServer secure(PublishAddresses.Chosen chosen, Router routes, MeterRegistry registry,
            InstantSource clock, Map<String, String> always) throws IOException {
        InetSocketAddress address = chosen.https();
        Path certificate = chosen.certificate();
        Path key = chosen.key();
        if (address == null || certificate == null || key == null) {
            return null;
        }
        return HttpServer.start(transport, routes, HttpLimits.DEFAULTS, new HttpMetrics(registry, "https"), clock,
                new HttpServer.Secure(address, TlsCertificates.read(certificate, key), always));
    }

    /** Where HTTP is served. */
    InetSocketAddress address() {
        return server.address();
    }

    /** Who lets publishers in. */
    PublishGate gate() {
        return gate;
    }

    private Optional<String> signingKey(String secret) {
        String[] parts = secret.split("/", 2);
        return resources.secret(parts[0], parts[1]).flatMap(data -> data.text("token")).filter(key -> !key.isEmpty());
    }

    private PodReport report(KubernetesSource pool, Health health) {
        boolean ready = health.results(Health.Kind.READY).stream().allMatch(result -> result.problem().isEmpty());
        return new PodReport(ready, pool.servedEpoch(), streams.count());
    }

    /** Says that the pod is not ready any more, and serves on until balancers have had the time to see it. Blocks. */
    void drain() {
        draining = true;
        LOG.atInfo().addKeyValue(LogKeys.MILLIS, drain.toMillis()).log("Draining");
        try {
            Thread.sleep(drain);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends cleanly: streams finish their last segment, recorders spool it, answers under way are finished. */
    void stop() {
        LOG.atInfo().log("Stopping");
        resources.stop();
        sweeper.shutdownNow();
        keySets.close();
        watching.shutdownNow();
        if (reporter != null) {
            reporter.close();
        }
        if (checks != null) {
            checks.close();
        }
        if (spoolDrain != null) {
            spoolDrain.close();
        }
        CompletableFuture<Void> served = https == null
                ? server.stop(GRACE)
                : CompletableFuture.allOf(server.stop(GRACE), https.stop(GRACE));
        if (publishing != null) {
            publishing.stop(GRACE).join();
        }
        hooks.close();
        posters.close();
        streams.close();
        recordings.close();
        stores.close();
        served.join();
        files.close();
        if (admin != null) {
            admin.stop(Duration.ZERO).join();
        }
        if (relay != null) {
            relay.close();
        }
        transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        notifications.close();
        telemetry.close();
        LOG.atInfo().log("Stopped");
    }
}
