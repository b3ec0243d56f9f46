package dev.penstock.dataplane.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of inputs share: an event loop, a source under test, fixtures. */
abstract class PullIT {
    static final byte[] FILE = fixture("h264-aac.ts");

    @TempDir
    Path folder;

    final RecordingSink sink = new RecordingSink();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private @Nullable PullSource source;

    void useNio() {
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    }

    PullSource pull(PullConfig.Source... sources) {
        return pull(Duration.ofSeconds(5), Duration.ofSeconds(5), sources);
    }

    PullSource pull(Duration connect, Duration stall, PullConfig.Source... sources) {
        return pull(new PullConfig(List.of(sources), PullConfig.Order.PRIORITY, connect, stall));
    }

    PullContext context() {
        RandomGenerator random = new Random(1);
        return new PullContext(new IngestMetrics(registry), IngestLimits.DEFAULTS, ConnectGate.usual(random), random);
    }

    PullSource pull(PullConfig config) {
        PullSource created = new PullSource(config, group.next(), sink, sink, context());
        source = created;
        group.next().execute(created::start);
        return created;
    }

    PullSource pull(String url) {
        return pull(PullConfig.Source.url(url));
    }

    void stop() throws InterruptedException {
        PullSource running = source;
        source = null;
        if (running != null) {
            group.next().submit(running::stop).await();
        }
    }

    @AfterEach
    void shutDown() throws InterruptedException {
        stop();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }

    static byte[] fixture(String name) {
        try (InputStream in = PullIT.class.getResourceAsStream("/media/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
