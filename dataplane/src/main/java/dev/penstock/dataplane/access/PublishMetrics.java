package dev.penstock.dataplane.access;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts who wanted to publish and what was said. Any thread. */
public final class PublishMetrics {
    private final MeterRegistry registry;

    /** Declares the meters. */
    public PublishMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * A publisher was answered.
     *
     * @param protocol how it came; one of a few
     * @param verdict what was said; one of a few
     */
    public void answered(String protocol, String verdict) {
        Counter.builder("penstock.publish.requests").tag("protocol", protocol).tag("verdict", verdict)
                .description("Publishers that asked to be let in, by what they were told").register(registry)
                .increment();
    }

    /**
     * A webhook was asked.
     *
     * @param answer what it said, {@code failed} for nothing, {@code cached} when what it said before counted; one of a few
     */
    void hookAnswered(String answer) {
        Counter.builder("penstock.publish.hook.answers").tag("answer", answer)
                .description("Questions to webhooks whether someone may publish, by their answer").register(registry)
                .increment();
    }
}
