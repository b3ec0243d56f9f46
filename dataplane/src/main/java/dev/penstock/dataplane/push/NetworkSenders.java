package dev.penstock.dataplane.push;

import io.netty.channel.EventLoop;

import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.srt.SrtUrl;

/** Makes connections of the network. */
final class NetworkSenders implements SenderFactory {
    private static final int MAX_HEADER_BYTES = 16 * 1024;

    private final PushLimits limits;

    NetworkSenders(PushLimits limits) {
        this.limits = limits;
    }

    @Override
    public Sender create(PushPlan.Send plan, EventLoop loop, Sender.Events events) {
        InputSettings settings = new InputSettings(loop, limits.connectTimeout(), 0, MAX_HEADER_BYTES, 0, 0, 0,
                limits.connectTimeout(), () -> {}, null);
        return switch (plan.protocol()) {
            case HTTP -> new HttpSender(plan.url(), plan.credentials(), settings, events);
            case RTMP -> new RtmpSender(plan.url(), plan.credentials().key(), settings, events);
            case SRT -> new SrtSender(SrtUrl.of(plan.url(), plan.credentials().passphrase()), plan.credentials().key(),
                    settings, events);
        };
    }
}
