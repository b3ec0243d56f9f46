package dev.penstock.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The least a server can do: takes whatever arrives for a request, and sends the same bytes to all who wait, once in a period.
 * No HTTP is read or made.
 */
@Command(name = "raw-reloads", description = "Sends the bytes of a file to all who wait, once in a period.")
public final class RawReloads implements Callable<Integer> {
    @Parameters(description = "file with the whole answer")
    private Path answer = Path.of("answer");
    @Option(names = "--loops", description = "event loops (default: ${DEFAULT-VALUE})")
    private int loops = 2;
    @Option(names = "--period", description = "ms between two answers (default: ${DEFAULT-VALUE})")
    private int period = 500;

    private final Map<EventLoop, List<Channel>> waiting = new ConcurrentHashMap<>();

    /** Runs the server until it is killed. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new RawReloads()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        byte[] bytes = Files.readAllBytes(answer);
        ByteBuf shared = Unpooled.unreleasableBuffer(Unpooled.directBuffer(bytes.length).writeBytes(bytes));
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(loops, EpollIoHandler.newFactory());
        Channel listener = new ServerBootstrap().group(group).channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel ch) {
                        ch.pipeline().addLast(new Waiter());
                    }
                }).bind("127.0.0.1", 0).sync().channel();
        System.out.println("listens on " + listener.localAddress());
        while (listener.isOpen()) {
            TimeUnit.MILLISECONDS.sleep(period);
            waiting.forEach((loop, channels) -> loop.execute(() -> {
                for (Channel channel : channels) {
                    channel.writeAndFlush(shared.duplicate());
                }
                channels.clear();
            }));
        }
        return 0;
    }

    private final class Waiter extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ReferenceCountUtil.release(msg);
            waiting.computeIfAbsent(ctx.channel().eventLoop(), loop -> new ArrayList<>()).add(ctx.channel());
        }
    }
}
