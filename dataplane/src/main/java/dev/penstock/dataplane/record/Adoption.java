package dev.penstock.dataplane.record;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.record.spool.Spool;
import dev.penstock.dataplane.record.spool.SpoolSession;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Asks the store, once at the start, for a session that another pod began or went on with. A store that does not answer soon
 * only means that this pod goes on from what it has itself. Used by the recorder's thread; {@link #cancel} by any.
 */
final class Adoption {
    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RecorderConfig config;
    private final Executor workers;
    private final Duration patience;
    private volatile boolean late;
    private final CompletableFuture<Optional<StoredSession>> answer = new CompletableFuture<>();

    Adoption(RecorderConfig config, Executor workers) {
        this(config, workers, PATIENCE);
    }

    /** @param patience how long the store is waited for */
    Adoption(RecorderConfig config, Executor workers, Duration patience) {
        this.patience = patience;
        this.config = config;
        this.workers = workers;
    }

    /** Takes the session into the spool, and returns it, if it may go on. Blocks up to 10 s. */
    Optional<SpoolSession> run(Spool spool, long nowMs) {
        if (config.sessions().mode() != SessionPolicy.Mode.JOIN) {
            return Optional.empty();
        }
        workers.execute(this::ask);
        try {
            Optional<StoredSession> stored = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (stored.isPresent() && mayGoOn(stored.get(), spool, nowMs)) {
                return Optional.of(spool.adopt(stored.get().info(), stored.get().segments()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (CancellationException e) {
            LOG.atDebug().addKeyValue(LogKeys.RECORDING, config.identity().label()).log("Closed while starting");
        } catch (ExecutionException | TimeoutException | IOException e) {
            late = e instanceof TimeoutException;
            warn(late ? "the store has not answered within " + patience.toMillis() + " ms" : reason(e),
                    "Sessions in the store are not known; going on from the spool");
        }
        return Optional.empty();
    }

    /** Ends the wait. */
    void cancel() {
        answer.cancel(false);
    }

    private void ask() {
        try {
            answer.complete(StoredSession.newest(config.store().get(), config.identity()));
        } catch (StoreException | RuntimeException e) {
            answer.completeExceptionally(e);
            if (late) {
                // By now a client has used up its retries, and knows what was wrong.
                warn(reason(e), "The store has not answered in time");
            }
        }
    }

    private void warn(String reason, String message) {
        LOG.atWarn().addKeyValue(LogKeys.RECORDING, config.identity().label()).addKeyValue(LogKeys.REASON, reason)
                .log(message);
    }

    private static String reason(Throwable failure) {
        Throwable why = failure instanceof ExecutionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        return why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage();
    }

    private boolean mayGoOn(StoredSession stored, Spool spool, long nowMs) {
        for (SpoolSession session : spool.sessions()) {
            int order = session.path().session().value().compareTo(stored.info().session());
            if (order > 0 || (order == 0 && session.ended())) {
                return false;
            }
        }
        long last = stored.segments().getLast().name().endEpochMs();
        return nowMs - last <= config.sessions().window().toMillis();
    }
}
