package dev.penstock.dataplane.http;

import java.io.IOException;
import java.nio.channels.FileChannel;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.stream.ChunkedNioFile;
import io.netty.handler.stream.ChunkedWriteHandler;

/** Writes a file as a body: by sendfile, or, where it is encrypted or framed on the way, piece by piece. Event loop only. */
final class FileBody {
    private static final int PIECE = 64 << 10;

    private FileBody() {}

    /**
     * Writes a part of a file, without a flush; who writes it closes it, on this thread: for a file that is only read that is one cheap
     * call.
     */
    static void write(ChannelHandlerContext ctx, FileChannel file, long offset, long length) throws IOException {
        if (!(ctx.channel() instanceof Http2StreamChannel) && ctx.pipeline().get(SslHandler.class) == null) {
            ctx.write(new DefaultFileRegion(file, offset, length));
            return;
        }
        if (ctx.pipeline().get(ChunkedWriteHandler.class) == null) {
            ctx.pipeline().addBefore(ctx.name(), null, new ChunkedWriteHandler());
        }
        ctx.write(new ChunkedNioFile(file, offset, length, PIECE));
    }

    /** No file is written any more on this channel. */
    static void leave(ChannelHandlerContext ctx) {
        if (ctx.pipeline().get(ChunkedWriteHandler.class) != null) {
            ctx.pipeline().remove(ChunkedWriteHandler.class);
        }
    }
}
