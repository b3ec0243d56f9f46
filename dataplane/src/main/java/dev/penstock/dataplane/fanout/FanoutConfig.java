package dev.penstock.dataplane.fanout;

import java.time.Duration;

/**
 * Limits of the viewers of one stream.
 *
 * @param slowPolicy what happens to a viewer that falls out of the ring
 * @param writeTimeout a viewer whose connection takes nothing for this long is closed
 * @param sendBufferBytes SO_SNDBUF; 0 leaves it to the kernel, which lets a stuck viewer hold several MB
 * @param lowWaterBytes bytes waiting in user space below which a viewer may be written to again
 * @param highWaterBytes bytes waiting in user space from which on nothing more is written
 * @param hardViewers viewers from which on further ones are refused; 0 for no limit
 */
public record FanoutConfig(SlowViewerPolicy slowPolicy, Duration writeTimeout, int sendBufferBytes,
        int lowWaterBytes, int highWaterBytes, int hardViewers) {
    /** Skip to keyframe, 30 s, 256 KiB in the kernel, 64 to 128 KiB in user space, no limit of viewers. */
    public static final FanoutConfig DEFAULT = new FanoutConfig(SlowViewerPolicy.SKIP_TO_KEYFRAME,
            Duration.ofSeconds(30), 256 << 10, 64 << 10, 128 << 10, 0);

    /** The same with another limit of viewers. */
    public FanoutConfig withHardViewers(int viewers) {
        return new FanoutConfig(slowPolicy, writeTimeout, sendBufferBytes, lowWaterBytes, highWaterBytes, viewers);
    }

    /** The same with another policy for slow viewers. */
    public FanoutConfig withSlowPolicy(SlowViewerPolicy policy) {
        return new FanoutConfig(policy, writeTimeout, sendBufferBytes, lowWaterBytes, highWaterBytes, hardViewers);
    }
}
