package dev.penstock.dataplane.ingest.rtsp;

import java.util.Optional;
import java.util.random.RandomGenerator;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.ClientTls;
import dev.penstock.dataplane.ingest.input.Dialer;
import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.SourceUrl;

/**
 * Plays a camera by RTSP or RTSPS (certificates by the JDK's trust store, host name checked). Redirects are followed; user and
 * password go to the first host only. One owner: the event loop.
 */
public final class RtspInput implements Input {
    private final SourceUrl first;
    private final RtspOptions options;
    private final InputSettings settings;
    private final InputEvents events;
    private final RandomGenerator random;
    private SourceUrl url;
    private @Nullable Dialer dialer;
    private @Nullable RtspPlay play;
    private int redirects;
    private boolean closed;

    /**
     * @param url rtsp or rtsps
     * @param random draws ports and client nonces; used on the event loop
     */
    public RtspInput(SourceUrl url, RtspOptions options, InputSettings settings, InputEvents events,
            RandomGenerator random) {
        this.first = url;
        this.url = url;
        this.options = options;
        this.settings = settings;
        this.events = events;
        this.random = random;
    }

    @Override
    public void start() {
        ClientTls.prepare(url.scheme().equals("rtsps"), settings, this::connect, this::unreachable);
    }

    private void connect(Optional<SslContext> tls) {
        if (closed) {
            return;
        }
        SourceUrl target = url;
        dialer = new Dialer(settings, new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                // One size: a buffer lives only while it is read, so all cameras of an event loop use the same one.
                channel.config()
                        .setRecvByteBufAllocator(new FixedRecvByteBufAllocator(RtspLimits.DEFAULTS.receiveBytes()));
                ClientTls.add(tls, channel, target, settings);
                channel.pipeline().addLast(begin(target, channel).connection());
            }
        }, this::unreachable);
        dialer.dial(target.host(), target.connectPort());
    }

    private RtspPlay begin(SourceUrl target, Channel channel) {
        RtspAuth auth = target.isSameServer(first)
                ? options.user().map(user -> new RtspAuth(user.name(), user.password(), random)).orElse(null)
                : null;
        RtspPlay begun = new RtspPlay(target, options, auth, settings, events, random, new RtspPlay.Parent() {
            @Override
            public void redirected(Optional<String> location, String status) {
                redirect(location, status);
            }

            @Override
            public void failed(String reason) {
                fail(reason);
            }
        });
        begun.on(channel);
        play = begun;
        return begun;
    }

    /** Goes where a redirect says. */
    private void redirect(Optional<String> location, String status) {
        if (closed) {
            return;
        }
        end();
        if (location.isEmpty() || !RtspUris.isAbsolute(location.get())) {
            fail("answered " + status + " without a Location (expected: rtsp://host/path)");
        } else if (++redirects > settings.maxRedirects()) {
            fail("redirected more than " + settings.maxRedirects() + " times");
        } else {
            try {
                url = SourceUrl.parse(location.get());
                start();
            } catch (IllegalArgumentException e) {
                fail("redirected to something that is not a URL");
            }
        }
    }

    private void end() {
        if (play != null) {
            play.close();
            play = null;
        }
        if (dialer != null) {
            dialer.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        end();
    }

    private void unreachable(String reason) {
        fail(": " + reason);
    }

    private void fail(String reason) {
        if (!closed) {
            events.ended(url.remote() + (reason.startsWith(":") ? "" : " ") + reason, false);
        }
    }
}
