package dev.penstock.dataplane.ingest.unix;

import java.nio.file.Path;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.Channels;
import dev.penstock.dataplane.ingest.input.Confine;
import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.OffLoop;
import dev.penstock.dataplane.ingest.input.Reasons;
import dev.penstock.dataplane.ingest.input.SourceUrl;
import dev.penstock.dataplane.ingest.input.StreamHandler;

/** Connects to a unix domain stream socket and reads what comes. One owner: the event loop. */
public final class UnixInput implements Input {
    private final SourceUrl url;
    private final Confine confine;
    private final InputSettings settings;
    private final InputEvents events;
    private @Nullable Channel channel;
    private boolean closed;

    /**
     * @param url whose path is the socket's
     * @param confine where the socket may lie
     */
    public UnixInput(SourceUrl url, Confine confine, InputSettings settings, InputEvents events) {
        this.url = url;
        this.confine = confine;
        this.settings = settings;
        this.events = events;
    }

    @Override
    public void start() {
        OffLoop.call(settings.loop(), () -> confine.resolve(Path.of(url.path())), this::connect, reason -> {
            if (!closed) {
                events.ended(url.remote() + ": " + reason, false);
            }
        });
    }

    private void connect(Path socket) {
        if (closed) {
            return;
        }
        ChannelFuture connecting = new Bootstrap().group(settings.loop())
                .channelFactory(Channels.domain(settings.loop())).handler(new StreamHandler(events, url.remote()))
                .connect(Channels.domainAddress(settings.loop(), socket.toString()));
        channel = connecting.channel();
        connecting.addListener(done -> {
            if (!done.isSuccess() && !closed) {
                events.ended(url.remote() + ": " + Reasons.of(done.cause()), false);
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        if (channel != null) {
            channel.close();
        }
    }
}
