package dev.penstock.dataplane.ingest.rtmp;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.ClientTls;
import dev.penstock.dataplane.ingest.input.Dialer;
import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.SourceUrl;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.flv.FlvEvents;
import dev.penstock.dataplane.media.flv.FlvReader;

/**
 * Plays a stream of an RTMP or RTMPS server (certificates by the JDK's trust store, host name checked). One owner: the event loop.
 */
public final class RtmpInput implements Input, ClientSession.Owner, FlvEvents {
    private final SourceUrl url;
    private final InputSettings settings;
    private final InputEvents events;
    private final AdobeAuth auth;
    private final FlvReader reader = new FlvReader(this);
    private final MediaMessages messages = new MediaMessages(reader);
    private @Nullable ClientSession session;
    private @Nullable Dialer dialer;
    private Optional<SslContext> tls = Optional.empty();
    private long damaged;
    private boolean closed;

    /**
     * @param url rtmp or rtmps; application and stream are told apart as FFmpeg does
     * @param login for servers that ask for it, as Adobe's do
     * @param random of the client's share of such an answer
     */
    public RtmpInput(SourceUrl url, Optional<RtmpLogin> login, InputSettings settings, InputEvents events,
            RandomGenerator random) {
        this.url = url;
        this.settings = settings;
        this.events = events;
        auth = new AdobeAuth(login, random);
    }

    @Override
    public void start() {
        ClientTls.prepare(url.scheme().equals("rtmps"), settings, this::connect, this::fail);
    }

    private void connect(Optional<SslContext> tls) {
        if (closed) {
            return;
        }
        this.tls = tls;
        dialer = new Dialer(settings, new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                ClientTls.add(tls, channel, url, settings);
                ClientSession fresh = new ClientSession(RtmpUrl.target(url, auth.parameters()), RtmpInput.this);
                session = fresh;
                channel.pipeline().addLast(new RtmpWire(false, RtmpLimits.DEFAULTS, fresh));
            }
        }, this::fail);
        dialer.dial(url.host(), url.connectPort());
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        reader.close();
        if (session != null) {
            session.close();
        }
        if (dialer != null) {
            dialer.close();
        }
    }

    @Override
    public void accepted() {
        // The first media says it.
    }

    @Override
    public void media(int type, long timestamp, ByteBuf body) {
        int bytes = body.readableBytes();
        messages.media(type, timestamp, body);
        if (messages.damaged() > damaged) {
            damaged = messages.damaged();
            events.skipped(bytes);
        }
    }

    @Override
    public void writable(boolean isWritable) {
        // What is said is little.
    }

    @Override
    public void over(String code, String reason) {
        if (!closed) {
            reader.end();
            events.ended(url.remote() + (reason.startsWith("refused") || reason.startsWith("ended")
                    || reason.startsWith("closed") ? " " : ": ") + reason, false);
        }
    }

    @Override
    public void challenged(String description) {
        if (!closed) {
            auth.challenged(description).ifPresentOrElse(this::fail, () -> connect(tls));
        }
    }

    private void fail(String reason) {
        if (!closed) {
            events.ended(url.remote() + ": " + reason, false);
        }
    }

    @Override
    public void tracks(List<Track> tracks) {
        events.tracks(tracks);
    }

    @Override
    public void sample(Sample sample) {
        events.sample(sample);
    }

    @Override
    public void discontinuity(String reason) {
        events.restarted(url.remote() + ": " + reason, false);
    }

    @Override
    public void refused(String reason) {
        fail(reason);
    }
}
