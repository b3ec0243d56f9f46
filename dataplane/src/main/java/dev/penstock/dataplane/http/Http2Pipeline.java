package dev.penstock.dataplane.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;

/**
 * Sets up a connection of HTTP/2 (RFC 9113): each stream is a channel of its own, in which a {@link ConnectionHandler} serves one
 * request as if it were a connection of HTTP/1.1. A stream that is taken over carries what its new owner writes as DATA frames.
 */
final class Http2Pipeline extends ChannelInitializer<Channel> {
    /** Streams of a connection at once. */
    static final int STREAMS = 128;

    private final ConnectionHandler.ServerParts parts;
    private final Http2Connection connection;

    private Http2Pipeline(ConnectionHandler.ServerParts parts, Http2Connection connection) {
        this.parts = parts;
        this.connection = connection;
    }

    /** Adds what serves HTTP/2 at the end of a connection's pipeline. */
    static void add(ChannelPipeline pipeline, ConnectionHandler.ServerParts parts) {
        Http2Settings settings = Http2Settings.defaultSettings().maxConcurrentStreams(STREAMS)
                .maxHeaderListSize(parts.limits().headerBytes());
        Http2Connection connection = new Http2Connection(parts.limits(), parts.metrics());
        pipeline.addLast(
                Http2FrameCodecBuilder.forServer().initialSettings(settings).gracefulShutdownTimeoutMillis(0).build(),
                new Http2MultiplexHandler(new Http2Pipeline(parts, connection)), connection);
    }

    @Override
    protected void initChannel(Channel stream) {
        connection.opened(stream);
        stream.config().setWriteBufferWaterMark(new WriteBufferWaterMark(64 << 10, 256 << 10));
        ConnectionTimeouts timeouts = new ConnectionTimeouts(parts.limits(), parts.metrics());
        stream.pipeline().addLast(new DataFrames()).addLast(timeouts)
                .addLast(HttpPipeline.CODEC, new Http2StreamFrameToHttpObjectCodec(true))
                .addLast(new ConnectionHandler(parts, timeouts));
    }

    /** Bytes on their way out become DATA frames. */
    private static final class DataFrames extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
            ctx.write(msg instanceof ByteBuf bytes ? new DefaultHttp2DataFrame(bytes) : msg, promise);
        }
    }
}
