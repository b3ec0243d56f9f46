package dev.penstock.dataplane.push;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What all pushes of a process share.
 *
 * @param clock tells since when a state is
 * @param random shortens pauses; safe for use by many threads
 * @param limits bounds
 * @param metrics counts
 * @param senders makes connections
 */
public record PushContext(InstantSource clock, RandomGenerator random, PushLimits limits, PushMetrics metrics,
        SenderFactory senders) {
    /** The usual bounds and connections. */
    public static PushContext usual(InstantSource clock, RandomGenerator random, PushMetrics metrics) {
        return new PushContext(clock, random, PushLimits.DEFAULTS, metrics,
                new NetworkSenders(PushLimits.DEFAULTS));
    }
}
