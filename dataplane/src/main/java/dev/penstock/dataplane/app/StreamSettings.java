package dev.penstock.dataplane.app;

import java.time.Duration;

import dev.penstock.api.Durations;
import dev.penstock.api.v1alpha1.LiveStreamSpec;
import dev.penstock.api.v1alpha1.Segmenting;
import dev.penstock.api.v1alpha1.StreamOutputs;
import dev.penstock.dataplane.fanout.FanoutConfig;
import dev.penstock.dataplane.fanout.SlowViewerPolicy;
import dev.penstock.dataplane.hub.HubConfig;
import dev.penstock.dataplane.segment.SegmentConfig;

/**
 * What a LiveStream's spec means for the rooms that serve it; all but the source.
 *
 * @param hub the ring
 * @param fanout HTTP-TS viewers
 * @param segment how it is cut
 * @param ts whether it can be played as HTTP-TS
 * @param hls whether it can be played as HLS
 */
record StreamSettings(HubConfig hub, FanoutConfig fanout, SegmentConfig segment, boolean ts, boolean hls) {
    /** Reads a spec with its defaults. */
    static StreamSettings of(LiveStreamSpec spec) {
        StreamOutputs.Ts ts = spec.outputs().ts();
        HubConfig hub = new HubConfig(HubConfig.DEFAULT.ringDuration(), HubConfig.DEFAULT.ringBytes(),
                duration(ts.flushInterval()), HubConfig.DEFAULT.chunkBytes());
        SlowViewerPolicy policy = switch (ts.slowViewer()) {
            case SKIP_TO_KEYFRAME -> SlowViewerPolicy.SKIP_TO_KEYFRAME;
            case DISCONNECT -> SlowViewerPolicy.DISCONNECT;
        };
        FanoutConfig base = FanoutConfig.DEFAULT;
        FanoutConfig fanout = new FanoutConfig(policy, duration(ts.writeTimeout()), base.sendBufferBytes(),
                base.lowWaterBytes(), base.highWaterBytes(), 0);
        Segmenting cut = spec.segment();
        return new StreamSettings(hub, fanout,
                SegmentConfig.of(duration(cut.target()), duration(cut.max()), duration(cut.window())), ts.enabled(),
                spec.outputs().hls().enabled());
    }

    private static Duration duration(String text) {
        return Durations.parse(text);
    }
}
