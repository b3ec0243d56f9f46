package dev.penstock.operator.agent;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.operator.telemetry.LogKeys;

/**
 * Watches a gateway's ConfigMap and the pools of its namespace, and keeps the HAProxy beside it as they say: after each change, and
 * once in a while in case HAProxy was restarted. While the API server is away it goes on with what it knows.
 *
 * <p>
 * One thread does all the work; events only wake it. {@link #start()} and {@link #close()} are called by one thread.
 */
public final class GatewayAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayAgent.class);
    private static final Duration SOON = Duration.ofSeconds(1);
    /** Longer than a reload may take. */
    private static final Duration STUCK = Duration.ofSeconds(60);

    private final AgentSettings settings;
    private final KubernetesClient client;
    private final LongSupplier nanos;
    private final Keeper keeper;
    private final ScheduledExecutorService thread = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("agent").factory());
    private final AtomicBoolean isDue = new AtomicBoolean();
    private final SharedIndexInformer<ConfigMap> configs;
    private final SharedIndexInformer<MediaPool> pools;
    private volatile long lastLookNanos;
    /** The next look that nothing wakes; there is one at most. The agent's thread. */
    private Future<?> next = CompletableFuture.completedFuture(null);
    /** What the last look failed with, said once. The agent's thread. */
    private String lastFailure = "";

    /**
     * Makes an agent.
     *
     * @param client client with the rights of the gateway's account; stays the caller's
     * @param settings settings
     * @param nanos time for durations
     */
    public GatewayAgent(KubernetesClient client, AgentSettings settings, LongSupplier nanos) {
        this.settings = settings;
        this.client = client;
        this.nanos = nanos;
        this.keeper = new Keeper(settings);
        this.configs = client.configMaps().inNamespace(settings.namespace()).withName(settings.configMap())
                .runnableInformer(0);
        this.pools = client.resources(MediaPool.class).inNamespace(settings.namespace()).runnableInformer(0);
        configs.addEventHandler(new Wake<>(this::wake)).exceptionHandler((_, _) -> true);
        pools.addEventHandler(new Wake<>(this::wake)).exceptionHandler((_, _) -> true);
    }

    /**
     * Writes the files once, for an HAProxy that starts afterwards, and does nothing else.
     *
     * @return false if the ConfigMap is not there yet
     */
    public boolean writeFirst() throws IOException {
        ConfigMap config = client.configMaps().inNamespace(settings.namespace()).withName(settings.configMap()).get();
        if (config == null || !DesiredFiles.isWhole(config)) {
            return false;
        }
        List<MediaPool> all = client.resources(MediaPool.class).inNamespace(settings.namespace()).list().getItems();
        keeper.writeFirst(DesiredFiles.of(config, all, settings.folder().toString()));
        return true;
    }

    /** Starts watching; returns at once, also when the API server is away. */
    public void start() {
        lastLookNanos = nanos.getAsLong();
        configs.start();
        pools.start();
        wake();
    }

    /** True if the agent is at work: it has looked at HAProxy within the last minute, whatever came of it. Any thread. */
    public boolean isAlive() {
        return nanos.getAsLong() - lastLookNanos < settings.pause().plus(STUCK).toNanos();
    }

    @Override
    public void close() {
        thread.shutdownNow();
        configs.close();
        pools.close();
    }

    private void wake() {
        if (isDue.compareAndSet(false, true)) {
            try {
                thread.execute(this::look);
            } catch (RejectedExecutionException e) {
                // It has ended.
                LOG.atDebug().setCause(e).log("Woken after the end");
            }
        }
    }

    private void look() {
        isDue.set(false);
        next.cancel(false);
        Duration pause = settings.pause();
        try {
            Optional<ConfigMap> config = config();
            if (config.isPresent() && keeper.sync(desired(config.get(), pools.getStore().list()))) {
                pause = SOON;
            }
            lastFailure = "";
        } catch (IOException | RuntimeException e) {
            if (!lastFailure.equals(e.toString())) {
                LOG.atWarn().addKeyValue(LogKeys.REASON, e.toString()).log("HAProxy is not yet as it should be");
                lastFailure = e.toString();
            }
            pause = SOON;
        }
        lastLookNanos = nanos.getAsLong();
        next = thread.schedule(this::look, pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private Optional<ConfigMap> config() {
        return configs.getStore().list().stream().filter(DesiredFiles::isWhole).findFirst();
    }

    private DesiredFiles desired(ConfigMap config, Collection<MediaPool> all) {
        return DesiredFiles.of(config, all, settings.folder().toString());
    }

    /** Every event alike. */
    private record Wake<T>(Runnable wake) implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T object) {
            wake.run();
        }

        @Override
        public void onUpdate(T before, T after) {
            wake.run();
        }

        @Override
        public void onDelete(T object, boolean isFinalStateUnknown) {
            wake.run();
        }
    }
}
