package dev.penstock.dataplane.ingest.input;

import java.util.Optional;
import java.util.function.Consumer;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;

/** TLS to servers: certificates by the JDK's trust store, host name checked. */
public final class ClientTls {
    private ClientTls() {}

    /**
     * Makes what connections need; that reads files, so not on the event loop, which hears of it.
     *
     * @param wanted otherwise there is nothing to make, and it is told at once
     */
    public static void prepare(boolean wanted, InputSettings settings, Consumer<Optional<SslContext>> done,
            Consumer<String> failed) {
        if (wanted) {
            OffLoop.call(settings.loop(),
                    () -> Optional.of(SslContextBuilder.forClient().sslProvider(SslProvider.JDK).build()), done,
                    failed);
        } else {
            done.accept(Optional.empty());
        }
    }

    /** Makes a new channel to a server speak TLS, if it is to. */
    public static void add(Optional<SslContext> tls, Channel channel, SourceUrl server, InputSettings settings) {
        tls.ifPresent(context -> {
            SslHandler handler = context.newHandler(channel.alloc(), server.host(), server.connectPort());
            handler.setHandshakeTimeoutMillis(settings.connectTimeout().toMillis());
            channel.pipeline().addLast(handler);
        });
    }
}
