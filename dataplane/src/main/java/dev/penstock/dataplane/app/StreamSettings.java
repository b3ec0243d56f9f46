package dev.penstock.dataplane.app;

import java.time.Duration;
import java.util.Optional;

import dev.penstock.api.Durations;
import dev.penstock.api.v1alpha1.LiveStreamSpec;
import dev.penstock.api.v1alpha1.Segmenting;
import dev.penstock.api.v1alpha1.StreamOutputs;
import dev.penstock.dataplane.fanout.FanoutConfig;
import dev.penstock.dataplane.fanout.SlowViewerPolicy;
import dev.penstock.dataplane.hub.HubConfig;
import dev.penstock.dataplane.segment.CmafConfig;
import dev.penstock.dataplane.segment.SegmentConfig;

/**
 * What a LiveStream's spec means for the rooms that serve it; all but the source.
 *
 * @param hub the ring
 * @param fanout HTTP-TS viewers
 * @param segment how it is cut
 * @param ts whether it can be played as HTTP-TS
 * @param hls how it can be played as HLS
 * @param dash whether it can be played as DASH
 * @param cmaf how it is cut into CMAF segments, for HLS or DASH; empty when it is not
 */
record StreamSettings(HubConfig hub, FanoutConfig fanout, SegmentConfig segment, boolean ts, Hls hls, boolean dash,
        Optional<CmafConfig> cmaf) {
    /** What HLS players get. */
    enum Hls {
        /** Nothing. */
        NONE,
        /** TS segments. */
        TS,
        /** CMAF segments. */
        CMAF
    }

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
        SegmentConfig segment = SegmentConfig.of(duration(cut.target()), duration(cut.max()), duration(cut.window()));
        Hls hls = hls(spec);
        boolean dash = spec.outputs().dash().enabled();
        return new StreamSettings(hub, fanout, segment, ts.enabled(), hls, dash,
                hls == Hls.CMAF || dash ? Optional.of(cmaf(spec, segment)) : Optional.empty());
    }

    private static Hls hls(LiveStreamSpec spec) {
        if (!spec.outputs().hls().enabled()) {
            return Hls.NONE;
        }
        return spec.segment().format() == Segmenting.Format.FMP4 ? Hls.CMAF : Hls.TS;
    }

    private static CmafConfig cmaf(LiveStreamSpec spec, SegmentConfig segment) {
        boolean chunked = spec.outputs().dash().enabled() && spec.outputs().dash().lowLatency();
        boolean parts = chunked || spec.outputs().hls().lowLatency();
        return new CmafConfig(segment,
                parts ? Optional.of(duration(spec.segment().partTarget())) : Optional.empty(), chunked);
    }

    private static Duration duration(String text) {
        return Durations.parse(text);
    }
}
