package dev.penstock.dataplane.telemetry;

import java.util.List;
import java.util.Locale;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.slf4j.LoggerFactory;

/**
 * Sets up the process's logs: one line an event on standard error. Lines wait in a queue of {@link #QUEUE} for a thread that
 * writes them, so a terminal or a collector that does not read stops nobody: when the queue is 80 % full, lines below WARN
 * are dropped, when it is full, all.
 */
public final class Logging {
    /** Lines that may wait to be written. */
    public static final int QUEUE = 4096;

    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");
    private static final String OURS = "dev.penstock";

    /** How a line looks. */
    public enum Format {
        /** One JSON object, for collectors; keys in {@code kvpList}. */
        JSON,
        /** Time, level, message and keys, for people. */
        TEXT
    }

    private Logging() {}

    /**
     * Replaces the configuration of all loggers.
     *
     * @param format how a line looks
     * @param level {@code error}, {@code warn}, {@code info}, {@code debug} or {@code trace}; for our own loggers:
     *     libraries say only what is worth a warning
     * @throws IllegalArgumentException for another level
     */
    public static void configure(Format format, String level) {
        if (!LEVELS.contains(level.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("level: " + level + " (expected: one of " + LEVELS + ")");
        }
        LoggerContext context = context();
        context.reset();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder(format, context));
        console.start();
        AsyncAppender queue = new AsyncAppender();
        queue.setContext(context);
        queue.setName("queue");
        queue.setQueueSize(QUEUE);
        queue.setNeverBlock(true);
        queue.addAppender(console);
        queue.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(queue);
        context.getLogger(OURS).setLevel(Level.toLevel(level));
        // Warns at every start that our own API is still an alpha.
        context.getLogger("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils").setLevel(Level.ERROR);
    }

    /** Writes what waits, for at most a second, and ends logging: the last thing before exit. */
    public static void stop() {
        context().stop();
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    static Encoder<ILoggingEvent> encoder(Format format, LoggerContext context) {
        return switch (format) {
            case JSON -> {
                JsonEncoder json = new JsonEncoder();
                json.setContext(context);
                json.setWithSequenceNumber(false);
                json.setWithNanoseconds(false);
                json.setWithContext(false);
                json.setWithMDC(false);
                json.setWithMarkers(false);
                json.setWithArguments(false);
                json.start();
                yield json;
            }
            case TEXT -> {
                PatternLayoutEncoder text = new PatternLayoutEncoder();
                text.setContext(context);
                text.setPattern("%d{HH:mm:ss.SSS} %-5level %msg %kvp%n");
                text.start();
                yield text;
            }
        };
    }
}
