package dev.penstock.dataplane.telemetry;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import ch.qos.logback.classic.LoggerContext;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.logging.LogbackMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** The process's registry of metrics, with those of the JVM and the process in it. Any thread. Closed at the end. */
public final class Telemetry implements AutoCloseable {
    /** Content-Type of {@link #scrape}. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final LogbackMetrics logs;
    private final List<Supplier<String>> more = new CopyOnWriteArrayList<>();

    /** Creates the registry and binds what the JVM and the process tell. */
    public Telemetry() {
        new JvmInfoMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (!(factory instanceof LoggerContext context)) {
            throw new IllegalStateException("logger: " + factory.getClass().getName() + " (expected: Logback)");
        }
        logs = new LogbackMetrics(List.of(), context);
        logs.bindTo(registry);
    }

    /** Where rooms declare their meters. */
    public MeterRegistry registry() {
        return registry;
    }

    /** All metrics in Prometheus' text format. Takes milliseconds for thousands of meters: not for event loops. */
    public String scrape() {
        StringBuilder all = new StringBuilder(registry.scrape(CONTENT_TYPE));
        more.forEach(text -> all.append(text.get()));
        return all.toString();
    }

    /** Adds metrics that are written for each scrape, under names that the registry does not have. */
    void add(Supplier<String> text) {
        more.add(text);
    }

    @Override
    public void close() {
        gc.close();
        logs.close();
        registry.close();
    }
}
