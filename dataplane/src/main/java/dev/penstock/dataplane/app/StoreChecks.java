package dev.penstock.dataplane.app;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.ObjectStoreSpec;
import dev.penstock.api.v1alpha1.ObjectStoreStatus;
import dev.penstock.dataplane.resource.ResourceKey;
import dev.penstock.dataplane.resource.ResourceSource;
import dev.penstock.dataplane.resource.StatusWriter;
import dev.penstock.dataplane.resource.StoreReport;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Checks the object stores whose partition is this pod's, so that each is checked by one pod: at once when it is new or has
 * changed, every {@link #PERIOD} while it works, sooner with rising pauses while it does not, and soon after an upload has failed.
 * What is found goes to the store's status when it is something else than before, and once an hour. State is guarded by this;
 * checks run on virtual threads, at most {@value #AT_ONCE} at once.
 */
final class StoreChecks implements AutoCloseable {
    static final Duration PERIOD = Duration.ofMinutes(5);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration REPORT = Duration.ofHours(1);
    private static final int AT_ONCE = 4;
    private static final String WELL = "A probe object was written, read and deleted";
    private static final Logger LOG = LoggerFactory.getLogger(StoreChecks.class);

    private final ResourceSource resources;
    private final Stores stores;
    private final StatusWriter writer;
    private final BiPredicate<String, String> isMine;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final Map<String, Entry> entries = new HashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("store-checks").daemon().unstarted(task));

    /** What is known of a store. */
    private static final class Entry {
        private @Nullable ObjectStoreSpec spec;
        private boolean running;
        private long dueAt;
        private long checkedAt;
        private int failures;
        private @Nullable Result told;
        private long toldAt;
    }

    /** What a check found. */
    private record Result(boolean writable, String message, boolean refused) {}

    /**
     * @param writer hears the results
     * @param isMine whether this pod checks the store of a namespace and name
     * @param nanos measures pauses
     * @param random spreads checks
     */
    StoreChecks(ResourceSource resources, Stores stores, StatusWriter writer, BiPredicate<String, String> isMine,
            InstantSource clock, LongSupplier nanos, RandomGenerator random) {
        this.resources = resources;
        this.stores = stores;
        this.writer = writer;
        this.isMine = isMine;
        this.clock = clock;
        this.nanos = nanos;
        this.random = random;
        stores.onDoubt(this::doubted);
    }

    /** Begins. */
    StoreChecks start() {
        thread.scheduleWithFixedDelay(this::round, 500, 500, TimeUnit.MILLISECONDS);
        return this;
    }

    private void round() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("Stores not checked");
        }
    }

    /** Starts the checks that are due. */
    synchronized void look() {
        Map<String, ObjectStore> mine = new HashMap<>();
        for (ObjectStore store : resources.view().all(ObjectStore.class)) {
            String namespace = store.getMetadata().getNamespace();
            String name = store.getMetadata().getName();
            if (isMine.test(namespace, name)) {
                mine.put(namespace + "/" + name, store);
            }
        }
        entries.keySet().removeIf(id -> {
            boolean gone = !mine.containsKey(id);
            if (gone) {
                int slash = id.indexOf('/');
                writer.forget(new ResourceKey("ObjectStore", id.substring(0, slash), id.substring(slash + 1)));
            }
            return gone;
        });
        long now = nanos.getAsLong();
        mine.forEach((id, store) -> {
            Entry entry = entries.computeIfAbsent(id, key -> new Entry());
            if (!store.getSpec().equals(entry.spec)) {
                entry.spec = store.getSpec();
                entry.dueAt = now;
                entry.failures = 0;
            }
            if (!entry.running && now - entry.dueAt >= 0 && free.tryAcquire()) {
                entry.running = true;
                Thread.ofVirtual().name("store-check").start(() -> run(id, store));
            }
        });
    }

    /** A store has changed, or an upload into it has failed: a look is due, but not more than one in a while. */
    private synchronized void doubted(String id) {
        Entry entry = entries.get(id);
        if (entry != null) {
            long soonest = entry.told == null ? nanos.getAsLong() : entry.checkedAt + SOON.toNanos();
            entry.dueAt = entry.dueAt - soonest > 0 ? soonest : entry.dueAt;
        }
    }

    private void run(String id, ObjectStore store) {
        Optional<Result> result = Optional.empty();
        try {
            result = check(store);
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue(LogKeys.RESOURCE, "ObjectStore " + id).setCause(e).log("Check of a store failed");
        } finally {
            free.release();
            done(id, store, result);
        }
    }

    /** Nothing when there is nothing to say: the store is just being opened, or opened again. */
    private Optional<Result> check(ObjectStore store) {
        String namespace = store.getMetadata().getNamespace();
        String name = store.getMetadata().getName();
        Optional<String> failure = stores.failure(namespace, name);
        if (failure.isPresent()) {
            return Optional.of(new Result(false, failure.get(), true));
        }
        Optional<dev.penstock.dataplane.store.ObjectStore> open = stores.find(namespace, name);
        if (open.isEmpty()) {
            return Optional.empty();
        }
        try {
            open.get().check();
            return Optional.of(new Result(true, WELL, false));
        } catch (StoreException e) {
            return Optional.of(
                    new Result(false, String.valueOf(e.getMessage()), e.kind() == StoreException.Kind.REFUSED));
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).log("Store closed during its check");
            return Optional.empty();
        }
    }

    private void done(String id, ObjectStore store, Optional<Result> found) {
        ObjectStoreSpec.S3 s3 = store.getSpec().s3();
        if (found.isPresent() && found.get().refused() && s3 != null && s3.secretRef() != null) {
            resources.refreshSecret(store.getMetadata().getNamespace(), s3.secretRef().name());
        }
        synchronized (this) {
            Entry entry = entries.get(id);
            if (entry == null) {
                return;
            }
            long now = nanos.getAsLong();
            entry.running = false;
            entry.checkedAt = now;
            if (!Objects.equals(entry.spec, store.getSpec())) {
                entry.dueAt = now;
                return;
            }
            if (found.isEmpty()) {
                entry.dueAt = now + FIRST_RETRY.toNanos();
                return;
            }
            Result result = found.get();
            entry.failures = result.writable() ? 0 : entry.failures + 1;
            long pause = result.writable()
                    ? PERIOD.toNanos()
                    : Math.min(PERIOD.toNanos(), FIRST_RETRY.toNanos() << Math.min(entry.failures - 1, 8));
            entry.dueAt = now + (long) (pause * (0.9 + 0.2 * random.nextDouble()));
            if (entry.told == null && isKnown(store, result)) {
                entry.told = result;
                entry.toldAt = now;
            }
            if (!result.equals(entry.told) || now - entry.toldAt > REPORT.toNanos()) {
                tell(id, store, result, entry.told);
                entry.told = result;
                entry.toldAt = now;
            }
        }
    }

    /** Whether another pod, or this one before a restart, has said the same. */
    private static boolean isKnown(ObjectStore store, Result result) {
        ObjectStoreStatus status = store.getStatus();
        return status != null && Objects.equals(status.writable(), result.writable())
                && result.message().equals(status.message());
    }

    private void tell(String id, ObjectStore store, Result result, @Nullable Result before) {
        writer.report(new StoreReport(store, result.writable(), result.message(), clock.instant()));
        if (result.writable() && before != null && !before.writable()) {
            LOG.atInfo().addKeyValue(LogKeys.RESOURCE, "ObjectStore " + id).log("Store works again");
        } else if (!result.writable()) {
            LOG.atWarn().addKeyValue(LogKeys.RESOURCE, "ObjectStore " + id)
                    .addKeyValue(LogKeys.REASON, result.message()).log("Store does not work");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
