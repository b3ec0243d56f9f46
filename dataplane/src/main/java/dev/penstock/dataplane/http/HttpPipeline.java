package dev.penstock.dataplane.http;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;

/** Sets up a connection, or refuses it when there are too many. */
final class HttpPipeline extends ChannelInitializer<Channel> {
    /** Name of the codec in the pipeline. */
    static final String CODEC = "http-codec";
    /** Bytes of a body in one piece at most. */
    private static final int CHUNK_BYTES = 64 << 10;
    private static final byte[] TOO_MANY = """
            HTTP/1.1 503 Service Unavailable\r
            Connection: close\r
            Content-Length: 0\r
            Retry-After: 5\r
            \r
            """.getBytes(StandardCharsets.US_ASCII);

    private final ConnectionHandler.ServerParts parts;
    private final ChannelGroup connections;

    HttpPipeline(ConnectionHandler.ServerParts parts, ChannelGroup connections) {
        this.parts = parts;
        this.connections = connections;
    }

    @Override
    protected void initChannel(Channel channel) {
        int open = parts.metrics().opened();
        channel.closeFuture().addListener(closed -> parts.metrics().closed());
        if (open > parts.limits().connections()) {
            parts.metrics().refused();
            channel.writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY)).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        connections.add(channel);
        add(channel.pipeline(), parts);
    }

    /** Adds what serves HTTP/1.1 at the end of a connection's pipeline. */
    static void add(ChannelPipeline pipeline, ConnectionHandler.ServerParts parts) {
        HttpDecoderConfig decoder = new HttpDecoderConfig()
                .setMaxInitialLineLength(parts.limits().requestLineBytes())
                .setMaxHeaderSize(parts.limits().headerBytes()).setMaxChunkSize(CHUNK_BYTES);
        ConnectionTimeouts timeouts = new ConnectionTimeouts(parts.limits(), parts.metrics());
        pipeline.addLast(timeouts).addLast(CODEC, new HttpServerCodec(decoder))
                .addLast(new ConnectionHandler(parts, timeouts));
    }
}
