package dev.penstock.dataplane.record;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.StoreException;

import static org.assertj.core.api.Assertions.assertThat;

/** What is said when the store does not tell of its sessions. */
class AdoptionTest {
    private final FaultyStore store = new FaultyStore();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void leave() {
        logger().detachAppender(log);
    }

    @Test
    void shouldSayWhyTheStoreDoesNotTell() {
        store.failing(StoreException.Kind.UNAVAILABLE);
        run(Runnable::run, Duration.ofSeconds(10), () -> store);
        assertThat(lines()).containsExactly(
                "Sessions in the store are not known; going on from the spool reason=faulty: UNAVAILABLE");
    }

    @Test
    void shouldNameTheFailureThatHasNoMessage() {
        run(Runnable::run, Duration.ofSeconds(10), () -> {
            throw new IllegalStateException();
        });
        assertThat(lines()).containsExactly(
                "Sessions in the store are not known; going on from the spool reason=IllegalStateException");
    }

    @Test
    void shouldSayThatItDoesNotAnswerAndThenWhy() throws Exception {
        store.failing(StoreException.Kind.UNAVAILABLE);
        CountDownLatch retries = new CountDownLatch(1);
        Thread[] asks = new Thread[1];
        run(task -> asks[0] = Thread.ofPlatform().start(task), Duration.ofMillis(30), () -> {
            try {
                retries.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return store;
        });
        retries.countDown();
        asks[0].join();
        assertThat(lines()).containsExactly(
                "Sessions in the store are not known; going on from the spool reason=the store has not answered within 30 ms",
                "The store has not answered in time reason=faulty: UNAVAILABLE");
    }

    private static void run(Executor workers, Duration patience, Supplier<ObjectStore> store) {
        RecorderConfig config = new RecorderConfig(new RecorderConfig.Identity("shop", "door", "cam-1", "pod-0"),
                SessionPolicy.DEFAULT, new RecorderConfig.SpoolPolicy(Path.of("none"), 1), store, 4, false, () -> 3);
        assertThat(new Adoption(config, workers, patience).run(null, 0)).isEmpty();
    }

    private List<String> lines() {
        return List.copyOf(log.list).stream()
                .map(event -> event.getFormattedMessage() + event.getKeyValuePairs().stream()
                        .filter(pair -> pair.key.equals("reason")).map(pair -> " reason=" + pair.value).findFirst()
                        .orElse(""))
                .toList();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(Adoption.class);
    }
}
