package dev.penstock.dataplane.resource;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.api.NameRef;
import dev.penstock.api.PermitCheck;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamSpec;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolSpec;
import dev.penstock.api.v1alpha1.MediaPoolStatus.Ring;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.ObjectStoreSpec;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.api.v1alpha1.Webhook;
import dev.penstock.dataplane.telemetry.LogKeys;
import dev.penstock.wire.RingTable;

/**
 * Resources of a cluster that are this pod's: it follows the pool's ring, and the streams and recordings labelled with the
 * partitions it owns. A deletion counts when a GET confirms it. What is known is kept in a file, so that a start without API
 * server serves. One thread owns all state and calls the listener; the cluster is asked on virtual threads.
 */
public final class KubernetesSource implements ResourceSource {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesSource.class);
    private static final Duration SELECTOR_PACE = Duration.ofSeconds(1);
    private static final Duration CONFIRM_RETRY = Duration.ofSeconds(5);
    private static final Duration SNAPSHOT_PACE = Duration.ofSeconds(2);
    private static final Duration SECRET_PERIOD = Duration.ofSeconds(60);
    private static final Duration SECRET_PACE = Duration.ofSeconds(10);

    private final Cluster cluster;
    private final PoolMember member;
    private final RandomGenerator random;
    private final SecretCache secrets;
    private final ScheduledThreadPoolExecutor owner = new ScheduledThreadPoolExecutor(1,
            task -> Thread.ofPlatform().name("resource-kubernetes").daemon().unstarted(task));
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Set<Class<?>> listed = new HashSet<>();
    private volatile @Nullable OwnedResources owned;
    private volatile MediaPoolSpec.@Nullable Permit permit;
    private volatile @Nullable Webhook authWebhook;
    private MediaPoolSpec.@Nullable PoolLimits limits;
    private Cluster.@Nullable Subscription pool;
    private Cluster.@Nullable Subscription stores;
    private Cluster.@Nullable Subscription selected;
    private int selection;
    private boolean selecting;
    private boolean saving;
    private volatile long servedEpoch;
    private final Set<String> refreshing = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ResourceListener hears;

    /**
     * Resources of a cluster.
     *
     * @param client stays the caller's
     * @param random spreads what pods do at the same time
     */
    public KubernetesSource(KubernetesClient client, PoolMember member, RandomGenerator random) {
        this(new FabricCluster(client), member, random);
    }

    KubernetesSource(Cluster cluster, PoolMember member, RandomGenerator random) {
        this.cluster = cluster;
        this.member = member;
        this.random = random;
        this.secrets = new SecretCache(cluster);
        // A stop does not wait for what was planned for later.
        owner.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public void start(ResourceListener listener) throws ResourceSourceException {
        OwnedResources resources = new OwnedResources(member.pool(), member.ordinal(), listener);
        owned = resources;
        hears = listener;
        pool = cluster.watchPool(member.namespace(), member.pool(), heard -> post(() -> {
            permit(heard, listener);
            limits(heard, listener);
            ring(resources, heard);
        }));
        stores = cluster.watchStores(member.namespace(), new Intake(resources, 0));
        try {
            if (!ready.await(member.startWait().toMillis(), TimeUnit.MILLISECONDS)) {
                owner.submit(() -> restore(resources)).get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResourceSourceException("interrupted while waiting for the cluster");
        } catch (ExecutionException e) {
            throw new ResourceSourceException("the last state cannot be taken in: " + e.getCause());
        }
        owner.schedule(() -> refreshSecrets(listener), jittered(SECRET_PERIOD), TimeUnit.NANOSECONDS);
    }

    @Override
    public void stop() {
        post(() -> Stream.of(pool, stores, selected).filter(Objects::nonNull).forEach(Cluster.Subscription::end));
        owner.shutdown();
        try {
            if (!owner.awaitTermination(5, TimeUnit.SECONDS)) {
                owner.shutdownNow();
            }
        } catch (InterruptedException e) {
            owner.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public ResourceView view() {
        OwnedResources resources = owned;
        return resources == null ? ResourceView.EMPTY : resources.view();
    }

    @Override
    public Optional<SecretData> secret(String namespace, String name) {
        Optional<SecretData> found = secrets.get(namespace, name);
        post(this::saveSoon);
        return found;
    }

    /** The newest table of the ring, or nothing as long as the pool has none. Any thread. */
    public Optional<RingTable> ring() {
        OwnedResources resources = owned;
        return resources == null ? Optional.empty() : Optional.ofNullable(resources.ring());
    }

    /**
     * Epoch of the newest table whose resources have all been told to the listener; 0 before the first. Lags behind
     * {@link #ring()} for as long as it takes to read the resources of partitions that have come. Any thread.
     */
    public long servedEpoch() {
        return servedEpoch;
    }

    /**
     * A recording of this namespace, whether it is this pod's or not. Blocks.
     *
     * @return nothing when there is no such recording
     * @throws RuntimeException when the cluster does not say
     */
    public Optional<Recording> recording(String namespace, String name) {
        return namespace.equals(member.namespace())
                ? cluster.get(new ResourceKey("Recording", namespace, name)).map(Recording.class::cast)
                : Optional.empty();
    }

    /**
     * The stream that a recording of this namespace records, whether it is this pod's or not. Blocks.
     *
     * @return nothing when there is no such recording, or it records many
     * @throws RuntimeException when the cluster does not say
     */
    public Optional<String> streamOf(String namespace, String recording) {
        return recording(namespace, recording).map(found -> found.getSpec().streamRef()).map(NameRef::name);
    }

    /** Why a stream may not run in this pod: what the pool does not permit, field, value and what was expected. Any thread. */
    public Optional<String> refusal(LiveStreamSpec spec) {
        return PermitCheck.stream(spec, permit);
    }

    /** As {@link #refusal(LiveStreamSpec)}, for a store. */
    public Optional<String> refusal(ObjectStoreSpec spec) {
        return PermitCheck.store(spec, permit);
    }

    /** Folders that the pool permits; empty for none. Any thread. */
    public List<String> permittedFolders() {
        MediaPoolSpec.Permit now = permit;
        return now == null || now.folders() == null ? List.of() : now.folders();
    }

    /** Who is asked whether someone may publish, for streams that do not say. Any thread. */
    public Optional<Webhook> authWebhook() {
        return Optional.ofNullable(authWebhook);
    }

    private void limits(MediaPool heard, ResourceListener listener) {
        MediaPoolSpec.PoolLimits now = heard.getSpec() == null ? null : heard.getSpec().limits();
        if (!Objects.equals(now, limits)) {
            limits = now;
            listener.limitsChanged(now);
        }
    }

    private void permit(MediaPool heard, ResourceListener listener) {
        MediaPoolSpec.Permit now = heard.getSpec() == null ? null : heard.getSpec().permit();
        Webhook hook = heard.getSpec() == null ? null : heard.getSpec().authWebhook();
        if (!Objects.equals(now, permit) || !Objects.equals(hook, authWebhook)) {
            permit = now;
            authWebhook = hook;
            listener.permitsChanged();
            saveSoon();
        }
    }

    private void ring(OwnedResources resources, MediaPool heard) {
        Ring ring = heard.getStatus() == null ? null : heard.getStatus().ring();
        if (ring == null) {
            // The operator has not placed anything yet, so there is nothing to wait for.
            noteListed(LiveStream.class);
            noteListed(Recording.class);
            return;
        }
        try {
            if (resources.ring(RingTable.parse(ring.epoch(), ring.table())) || selected == null) {
                selectSoon(resources);
                saveSoon();
            }
            noteServed(resources);
        } catch (IllegalArgumentException e) {
            LOG.atError().addKeyValue(LogKeys.REASON, e.getMessage())
                    .log("Ring table not readable; the last one stays");
        }
    }

    /** The first selection at once, then one a second: what changes meanwhile is in the next one. */
    private void selectSoon(OwnedResources resources) {
        if (!selecting) {
            selecting = true;
            long wait = selected == null ? 0 : SELECTOR_PACE.toMillis();
            later(() -> select(resources), Duration.ofMillis(wait));
        }
    }

    private void select(OwnedResources resources) {
        selecting = false;
        selection++;
        Cluster.Subscription before = selected;
        Set<Integer> partitions = resources.partitions();
        listed.remove(LiveStream.class);
        listed.remove(Recording.class);
        selected = partitions.isEmpty()
                ? () -> {}
                : cluster.watchOwned(member.namespace(), member.pool(), partitions, new Intake(resources, selection));
        if (partitions.isEmpty()) {
            noteListed(LiveStream.class);
            noteListed(Recording.class);
        }
        if (before != null) {
            before.end();
        }
    }

    /** All of the table's resources are known when the selection made for it has been listed. */
    private void noteServed(OwnedResources resources) {
        RingTable ring = resources.ring();
        if (ring != null && !selecting && listed.contains(LiveStream.class) && listed.contains(Recording.class)) {
            servedEpoch = ring.epoch();
        }
    }

    private void noteListed(Class<?> type) {
        listed.add(type);
        if (owned != null) {
            noteServed(owned);
        }
        if (listed.containsAll(List.of(LiveStream.class, Recording.class, ObjectStore.class))) {
            ready.countDown();
        }
    }

    /** Brings what a watch says to the owner's thread. What an ended selection says is not heard. */
    private final class Intake implements Cluster.Sink {
        private final OwnedResources resources;
        private final int number;

        Intake(OwnedResources resources, int number) {
            this.resources = resources;
            this.number = number;
        }

        private void whileCurrent(Runnable task) {
            post(() -> {
                if (number == 0 || number == selection) {
                    task.run();
                    saveSoon();
                }
            });
        }

        @Override
        public void listed(Class<? extends HasMetadata> type, List<? extends HasMetadata> all) {
            whileCurrent(() -> {
                all.forEach(resources::seen);
                resources.missing(type, all).forEach(key -> confirmGone(resources, key));
                noteListed(type);
            });
        }

        @Override
        public void seen(HasMetadata resource) {
            whileCurrent(() -> resources.seen(resource));
        }

        @Override
        public void gone(HasMetadata last) {
            whileCurrent(() -> confirmGone(resources, ResourceKey.of(last)));
        }
    }

    /** A label that changed looks like a deletion; only a GET tells. */
    private void confirmGone(OwnedResources resources, ResourceKey key) {
        Thread.ofVirtual().name("resource-get").start(() -> {
            try {
                Optional<HasMetadata> now = cluster.get(key);
                post(() -> now.ifPresentOrElse(resources::seen, () -> resources.deleted(key)));
                post(this::saveSoon);
            } catch (RuntimeException e) {
                LOG.atWarn().addKeyValue(LogKeys.STREAM, key).addKeyValue(LogKeys.REASON, e.getMessage())
                        .log("Deletion not confirmed; the resource stays");
                later(() -> confirmGone(resources, key), CONFIRM_RETRY);
            }
        });
    }

    private void restore(OwnedResources resources) {
        if (ready.getCount() == 0) {
            return;
        }
        try {
            Optional<Snapshot> found = Snapshot.read(member.snapshot(), new ResourceTypes());
            found.ifPresent(snapshot -> {
                permit = snapshot.permit();
                authWebhook = snapshot.authWebhook();
                secrets.restore(snapshot.secrets());
                if (snapshot.ring() != null && resources.ring(snapshot.ring())) {
                    selectSoon(resources);
                }
                snapshot.resources().forEach(resources::seen);
                servedEpoch = snapshot.ring() == null ? 0 : snapshot.ring().epoch();
            });
            LOG.atWarn().addKeyValue(LogKeys.COUNT, resources.all().size())
                    .log(found.isPresent()
                            ? "The cluster has not answered in time; serving what was known last"
                            : "The cluster has not answered in time, and nothing is known from before; waiting for it");
        } catch (IOException e) {
            LOG.atError().addKeyValue(LogKeys.FILE, member.snapshot()).addKeyValue(LogKeys.REASON, e.getMessage())
                    .log("The cluster has not answered in time, and the last state cannot be read; waiting for it");
        }
    }

    private void saveSoon() {
        OwnedResources resources = owned;
        if (!saving && resources != null) {
            saving = true;
            later(() -> save(resources), SNAPSHOT_PACE);
        }
    }

    private void save(OwnedResources resources) {
        saving = false;
        try {
            new Snapshot(resources.ring(), permit, authWebhook, List.copyOf(resources.all()), secrets.all())
                    .write(member.snapshot());
        } catch (IOException e) {
            LOG.atError().addKeyValue(LogKeys.FILE, member.snapshot()).addKeyValue(LogKeys.REASON, e.getMessage())
                    .log("State not saved; a start without API server would not know it");
        }
    }

    @Override
    public void refreshSecret(String namespace, String name) {
        String key = namespace + "/" + name;
        ResourceListener listener = hears;
        if (listener == null || !refreshing.add(key)) {
            return;
        }
        Thread.ofVirtual().name("resource-secrets").start(() -> refreshSecret(key, listener));
        later(() -> refreshing.remove(key), SECRET_PACE);
    }

    private void refreshSecret(String key, ResourceListener listener) {
        if (secrets.refresh(key)) {
            int slash = key.indexOf('/');
            post(() -> listener.secretChanged(key.substring(0, slash), key.substring(slash + 1)));
            post(this::saveSoon);
        }
    }

    private void refreshSecrets(ResourceListener listener) {
        Thread.ofVirtual().name("resource-secrets").start(() -> {
            secrets.names().forEach(key -> refreshSecret(key, listener));
            later(() -> refreshSecrets(listener), Duration.ofNanos(jittered(SECRET_PERIOD)));
        });
    }

    private long jittered(Duration period) {
        return (long) (period.toNanos() * (0.9 + 0.2 * random.nextDouble()));
    }

    private void post(Runnable task) {
        later(task, Duration.ZERO);
    }

    private void later(Runnable task, Duration wait) {
        try {
            owner.schedule(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.atError().setCause(e).log("Change of resources not taken in");
                }
            }, wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("Change of resources after the end");
        }
    }
}
