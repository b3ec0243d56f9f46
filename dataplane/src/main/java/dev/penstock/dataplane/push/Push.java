package dev.penstock.dataplane.push;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.hub.ChunkRing;
import dev.penstock.dataplane.hub.Hub;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Sends one stream on to one server: connects while the stream has media, begins at a key frame, goes on at the newest one when the
 * server was too slow, and tries again when it is gone. Its place in the stream is a number in the hub's ring, so a slow server costs
 * nobody memory. Owned by the stream's event loop; {@link #now} may be asked by any thread.
 */
final class Push {
    private static final Logger LOG = LoggerFactory.getLogger(Push.class);
    private static final long NOT_BLOCKED = Long.MIN_VALUE;

    private final String stream;
    private final PushPlan.Send plan;
    private final EventLoop loop;
    private final PushContext context;
    private final Runnable doubted;
    private final PausePlanner pauses;
    private @Nullable Hub hub;
    private @Nullable Connection connection;
    private @Nullable Future<?> retry;
    private long mediaNanos;
    private boolean media;
    private volatile Shown shown;
    private volatile long bytes;
    private volatile long skips;

    private record Shown(PushState.Word word, Instant since, @Nullable String problem) {}

    /**
     * @param stream {@code ns/name}, for logs
     * @param doubted called when a server has not let us in: the Secret may have changed
     */
    Push(String stream, PushPlan.Send plan, EventLoop loop, PushContext context, Runnable doubted) {
        this.stream = stream;
        this.plan = plan;
        this.loop = loop;
        this.context = context;
        this.doubted = doubted;
        this.pauses = new PausePlanner(context.limits(), context.random());
        this.shown = new Shown(PushState.Word.WAITING, context.clock().instant(), null);
        context.metrics().entered(PushState.Word.WAITING);
    }

    PushPlan.Send plan() {
        return plan;
    }

    PushState now() {
        Shown at = shown;
        return new PushState(plan.name(), plan.protocol(), plan.remote(), at.word(), at.since(), at.problem(), bytes,
                skips);
    }

    /** The stream is in this hub from now on, or in none; what was sent of another one has ended. */
    void use(@Nullable Hub next) {
        hub = next;
        media = false;
        if (connection != null) {
            rest();
        }
    }

    /** A chunk has come. */
    void arrived() {
        media = true;
        mediaNanos = loop.ticker().nanoTime();
        if (connection == null && retry == null) {
            connect();
        }
    }

    /** What came shall go out. */
    void pump() {
        if (connection != null) {
            connection.pump();
        }
    }

    void interrupted() {
        if (connection != null) {
            connection.sender.interrupted();
        }
    }

    /** Looks at the time; called about once a second. */
    void second() {
        if (connection == null) {
            return;
        }
        if (isQuiet()) {
            rest();
        } else {
            connection.second();
        }
    }

    /** Ends it; harmless when repeated. */
    void close() {
        if (retry != null) {
            retry.cancel(false);
            retry = null;
        }
        if (connection != null) {
            connection.close();
            connection = null;
        }
        hub = null;
        context.metrics().left(shown.word());
    }

    private boolean isQuiet() {
        return !media || loop.ticker().nanoTime() - mediaNanos > context.limits().idleAfter().toNanos();
    }

    /** The stream has nothing to send for now. */
    private void rest() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
        show(PushState.Word.WAITING, shown.problem());
    }

    private void connect() {
        Hub from = hub;
        if (from == null || isQuiet() || from.ring().newestKey() < 0) {
            return;
        }
        show(PushState.Word.CONNECTING, shown.problem());
        Connection fresh = new Connection(from);
        connection = fresh;
        fresh.sender.start();
    }

    private void failed(Connection gone, String reason) {
        connection = null;
        gone.close();
        context.metrics().failed(plan.protocol());
        Duration pause = pauses.after(gone.acceptedFor());
        // A server that stays away is worth one line, not one a try.
        if (gone.accepted || !reason.equals(shown.problem())) {
            LOG.atWarn().addKeyValue(LogKeys.STREAM, stream).addKeyValue(LogKeys.PUSH, plan.name())
                    .addKeyValue(LogKeys.REASON, reason).addKeyValue(LogKeys.MILLIS, pause.toMillis())
                    .log("Stream is not sent on; trying again");
        }
        show(PushState.Word.FAILED, reason);
        if (!gone.accepted) {
            doubted.run();
        }
        retry = loop.schedule(this::again, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void again() {
        retry = null;
        connect();
        if (connection == null && shown.word() == PushState.Word.FAILED) {
            show(PushState.Word.WAITING, shown.problem());
        }
    }

    private void show(PushState.Word word, @Nullable String problem) {
        Shown before = shown;
        boolean same = before.word() == word;
        if (!same) {
            context.metrics().left(before.word());
            context.metrics().entered(word);
        }
        shown = new Shown(word, same ? before.since() : context.clock().instant(), problem);
    }

    /** One try. */
    private final class Connection implements Sender.Events {
        private final Hub from;
        private final Sender sender;
        private final long startedNanos = loop.ticker().nanoTime();
        private long acceptedNanos;
        private long blockedSince = NOT_BLOCKED;
        private long next = -1;
        private boolean accepted;
        private boolean closed;

        Connection(Hub from) {
            this.from = from;
            this.sender = context.senders().create(plan, loop, this);
        }

        @Override
        public void accepted() {
            if (closed || accepted) {
                return;
            }
            accepted = true;
            acceptedNanos = loop.ticker().nanoTime();
            context.metrics().connected(plan.protocol());
            show(PushState.Word.CONNECTED, shown.problem());
            LOG.atInfo().addKeyValue(LogKeys.STREAM, stream).addKeyValue(LogKeys.PUSH, plan.name())
                    .addKeyValue(LogKeys.REMOTE, plan.remote()).log("Stream is sent on");
            pump();
        }

        @Override
        public void writable() {
            pump();
        }

        @Override
        public void over(String reason) {
            if (!closed) {
                failed(this, reason);
            }
        }

        Duration acceptedFor() {
            return accepted ? Duration.ofNanos(loop.ticker().nanoTime() - acceptedNanos) : Duration.ZERO;
        }

        void second() {
            long now = loop.ticker().nanoTime();
            if (!accepted && now - startedNanos > context.limits().connectTimeout().toNanos()) {
                over(plan.remote() + ": no answer within " + context.limits().connectTimeout().toSeconds() + " s");
            } else if (blockedSince != NOT_BLOCKED && now - blockedSince > context.limits().writeTimeout().toNanos()) {
                over(plan.remote() + ": took nothing for " + context.limits().writeTimeout().toSeconds() + " s");
            }
        }

        /** Sends what the server lacks, as far as its connection takes it. */
        void pump() {
            if (closed || !accepted) {
                return;
            }
            if (!sender.isWritable()) {
                blockedSince = blockedSince == NOT_BLOCKED ? loop.ticker().nanoTime() : blockedSince;
                return;
            }
            blockedSince = NOT_BLOCKED;
            ChunkRing ring = from.ring();
            position(ring);
            long sent = 0;
            while (next >= 0 && next < ring.next() && !closed && sender.isWritable()) {
                sender.send(ring.get(next));
                sent += ring.get(next).bytes();
                next++;
            }
            if (sent > 0 && !closed) {
                bytes += sent;
                context.metrics().sent(plan.protocol(), sent);
                sender.flush();
            }
        }

        private void position(ChunkRing ring) {
            boolean fellOut = next >= 0 && next < ring.first();
            if ((next >= 0 && !fellOut) || ring.newestKey() < 0) {
                return;
            }
            if (fellOut) {
                skips++;
                context.metrics().skipped(plan.protocol());
            }
            next = ring.newestKey();
            sender.begin(ring.get(next), fellOut);
        }

        void close() {
            closed = true;
            sender.close();
        }
    }
}
