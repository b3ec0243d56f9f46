package dev.penstock.operator.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** The operator's meters and the registry behind {@code /metrics}. Any thread. */
public final class OperatorMetrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbage = new JvmGcMetrics();
    private final Counter ringChanges = Counter.builder("penstock.ring.changes").description("New ring tables written")
            .register(registry);
    private final Counter movedPartitions = Counter.builder("penstock.ring.moved.partitions")
            .description("Partitions that a new ring table gives to another pod").register(registry);
    private final Counter statusWrites = Counter.builder("penstock.status.writes")
            .description("Status patches sent to the API server")
            .register(registry);

    private final Counter eventWrites = Counter.builder("penstock.event.writes")
            .description("Events sent to the API server, folded ones too").register(registry);
    private final Counter droppedEvents = Counter.builder("penstock.events.dropped")
            .description("Events that were never written: too many at once, or refused").register(registry);
    private final Counter podAnswers = questions("true");
    private final Counter podSilences = questions("false");

    /** Starts with the meters of the JVM bound. */
    public OperatorMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        garbage.bindTo(registry);
    }

    /** The registry, for what the framework measures. */
    public MeterRegistry registry() {
        return registry;
    }

    /** The text of {@code /metrics} in the format of Prometheus. */
    public String scrape() {
        return registry.scrape();
    }

    /** Counts a new ring table. */
    public void ringChanged(int moves) {
        ringChanges.increment();
        movedPartitions.increment(moves);
    }

    /** Counts a question to a pod. */
    public void podAnswered(boolean hasAnswered) {
        (hasAnswered ? podAnswers : podSilences).increment();
    }

    /** Counts a status patch. */
    public void statusWritten() {
        statusWrites.increment();
    }

    /** Counts an Event sent. */
    void eventWritten() {
        eventWrites.increment();
    }

    /** Counts Events that nobody will see. */
    void eventsDropped(long events) {
        droppedEvents.increment(events);
    }

    private Counter questions(String answered) {
        return Counter.builder("penstock.pod.questions").description("Questions to pods, by whether they were answered")
                .tag("answered", answered).register(registry);
    }

    @Override
    public void close() {
        garbage.close();
        registry.close();
    }
}
