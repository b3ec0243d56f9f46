package dev.penstock.dataplane.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Sets up a connection with TLS, or closes it when there are too many. HTTP/2 where the client asks for it by ALPN (RFC 7301), else
 * HTTP/1.1. A handshake that fails, or takes longer than a request may, is counted.
 */
final class TlsPipeline extends ChannelInitializer<Channel> {
    private static final Logger LOG = LoggerFactory.getLogger(TlsPipeline.class);

    private final ConnectionHandler.ServerParts parts;
    private final ChannelGroup connections;
    private final TlsCertificates certificates;

    TlsPipeline(ConnectionHandler.ServerParts parts, ChannelGroup connections, TlsCertificates certificates) {
        this.parts = parts;
        this.connections = connections;
        this.certificates = certificates;
    }

    @Override
    protected void initChannel(Channel channel) {
        int open = parts.metrics().opened();
        channel.closeFuture().addListener(closed -> parts.metrics().closed());
        if (open > parts.limits().connections()) {
            parts.metrics().refused();
            channel.close();
            return;
        }
        connections.add(channel);
        SslHandler tls = certificates.context().newHandler(channel.alloc());
        tls.setHandshakeTimeoutMillis(parts.limits().requestTimeout().toMillis());
        channel.pipeline().addLast(tls).addLast(new Negotiated());
    }

    private final class Negotiated extends ApplicationProtocolNegotiationHandler {
        Negotiated() {
            super(ApplicationProtocolNames.HTTP_1_1);
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                Http2Pipeline.add(ctx.pipeline(), parts);
            } else {
                HttpPipeline.add(ctx.pipeline(), parts);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
            if (event instanceof SslHandshakeCompletionEvent done && !done.isSuccess()) {
                parts.metrics().handshakeFailed();
                LOG.atDebug().addKeyValue(LogKeys.REMOTE, ctx.channel().remoteAddress())
                        .addKeyValue(LogKeys.REASON, done.cause().getMessage()).log("TLS handshake failed");
                ctx.close();
                return;
            }
            super.userEventTriggered(ctx, event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // What fails the handshake is told by its event too.
            ctx.close();
        }
    }
}
