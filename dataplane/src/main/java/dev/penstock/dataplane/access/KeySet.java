package dev.penstock.dataplane.access;

import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * The keys behind one URL: kept for 5 minutes, asked for again at once (but every 10 s at most) when a key is missing, and used for an
 * hour more when the server does not answer. Blocks, so for virtual threads; at most {@value #MOST_WAITING} wait for one URL, and one
 * of them fetches. Any thread.
 */
final class KeySet {
    private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);
    private static final int MOST_WAITING = 64;
    private static final long FRESH_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long STALE_NANOS = TimeUnit.MINUTES.toNanos(65);
    private static final long PACE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long WAIT_SECONDS = 5;

    private final URI url;
    private final KeySetFetcher fetcher;
    private final LongSupplier nanos;
    private final AccessMetrics metrics;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile @Nullable Known known;
    private volatile @Nullable Long triedNanos;

    private record Known(List<JWK> keys, long atNanos) {}

    KeySet(URI url, KeySetFetcher fetcher, LongSupplier nanos, AccessMetrics metrics) {
        this.url = url;
        this.fetcher = fetcher;
        this.nanos = nanos;
        this.metrics = metrics;
    }

    /**
     * The keys.
     *
     * @param enough whether a set will do; one that will not is fetched anew
     * @return nothing when there are none to be had now
     */
    Optional<List<JWK>> keys(Predicate<List<JWK>> enough) throws InterruptedException {
        Known now = known;
        if (now != null && age(now) < FRESH_NANOS && enough.test(now.keys())) {
            return Optional.of(now.keys());
        }
        if (!waiting.tryAcquire()) {
            return usable();
        }
        try {
            if (fetching.tryLock(WAIT_SECONDS, TimeUnit.SECONDS)) {
                try {
                    refresh(enough);
                } finally {
                    fetching.unlock();
                }
            }
            return usable();
        } finally {
            waiting.release();
        }
    }

    private Optional<List<JWK>> usable() {
        Known now = known;
        return now == null || age(now) > STALE_NANOS ? Optional.empty() : Optional.of(now.keys());
    }

    private long age(Known of) {
        return nanos.getAsLong() - of.atNanos();
    }

    private void refresh(Predicate<List<JWK>> enough) throws InterruptedException {
        Known now = known;
        Long tried = triedNanos;
        boolean good = now != null && age(now) < FRESH_NANOS && enough.test(now.keys());
        if (good || (tried != null && nanos.getAsLong() - tried < PACE_NANOS)) {
            return;
        }
        try {
            known = new Known(List.copyOf(JWKSet.parse(fetcher.fetch(url)).getKeys()), nanos.getAsLong());
            metrics.fetched(true);
        } catch (IOException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (ParseException | RuntimeException e) {
            failed("not a key set (expected: RFC 7517): " + e.getClass().getSimpleName());
        } finally {
            triedNanos = nanos.getAsLong();
        }
    }

    private void failed(String reason) {
        metrics.fetched(false);
        LOG.atWarn().addKeyValue(LogKeys.SOURCE, url.getScheme() + "://" + url.getHost())
                .addKeyValue(LogKeys.REASON, reason).log("Key set not fetched");
    }
}
