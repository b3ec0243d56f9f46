package dev.penstock.dataplane.ingest.slate;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.GopBuffer;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.SampleSink;
import dev.penstock.dataplane.media.SourceInfo;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.ts.TsLoop;

/**
 * Stands between a stream's source and its hub, and feeds the hub from a slate while no source is there. The source that comes back
 * takes over at its first key access unit. Without a slate everything passes.
 *
 * <p>Owned by the stream's event loop; {@link #isActive} may be asked by any thread.
 */
public final class SlateSwitch implements SampleSink {
    /** How long a source is away before the slate is shown. */
    private static final long AWAY_MILLIS = 1000;
    /** Time after which a slate that could not be had is asked for again. */
    private static final long RETRY_MILLIS = 2000;
    private static final long TICK_MILLIS = 40;
    /** Packets run ahead of their time by this, so that viewers have something in hand: 200 ms. */
    private static final long LEAD_TICKS = 18_000;
    private static final SourceInfo INFO = new SourceInfo("slate", "slate", 0);

    private final SampleSink sink;
    private final EventLoop loop;
    private @Nullable Slate slate;
    /** The source that is there, or null. */
    private @Nullable SourceInfo source;
    /** What a source sends until it can take over; null while it has the sink, and while there is none. */
    private @Nullable GopBuffer hold;
    private @Nullable TsLoop playing;
    private @Nullable Future<?> timer;
    private long startNanos;
    private int asked;
    private boolean resting = true;
    private volatile boolean active;

    /** @param sink the hub */
    public SlateSwitch(SampleSink sink, EventLoop loop) {
        this.sink = sink;
        this.loop = loop;
    }

    /** Whether the slate is shown. Any thread. */
    public boolean isActive() {
        return active;
    }

    /** What is shown from now on; null for nothing. Viewers stay. */
    public void use(@Nullable Slate other) {
        slate = other;
        asked++;
        cancel();
        if (other == null) {
            hide("no slate any more");
            GopBuffer waiting = hold;
            if (waiting != null && source != null) {
                hold = null;
                sink.begin(source);
                waiting.drainTo(sink);
            }
        } else if (active) {
            fetch();
        } else {
            await(AWAY_MILLIS);
        }
    }

    /** The stream is wanted: the slate is shown when no source comes. */
    public void wake() {
        resting = false;
        await(AWAY_MILLIS);
    }

    /** Nobody wants the stream, or it is at its end: nothing is shown. */
    public void rest() {
        resting = true;
        asked++;
        cancel();
        hide("not wanted any more");
    }

    @Override
    public void begin(SourceInfo info) {
        source = info;
        if (active) {
            hold = new GopBuffer();
        } else {
            asked++;
            cancel();
            sink.begin(info);
        }
    }

    @Override
    public void packets(ByteBuf packets) {
        GopBuffer waiting = hold;
        if (waiting == null) {
            sink.packets(packets);
        } else if (waiting.packets(packets)) {
            takeOver(waiting);
        }
    }

    @Override
    public void tracks(List<Track> tracks) {
        if (hold == null) {
            sink.tracks(tracks);
        } else {
            hold.tracks(tracks);
        }
    }

    @Override
    public void sample(Sample sample) {
        GopBuffer waiting = hold;
        if (waiting == null) {
            sink.sample(sample);
        } else if (waiting.sample(sample)) {
            takeOver(waiting);
        }
    }

    @Override
    public void end(String reason) {
        source = null;
        GopBuffer waiting = hold;
        if (waiting != null) {
            waiting.reset();
            hold = null;
        } else {
            sink.end(reason);
            await(AWAY_MILLIS);
        }
    }

    private void takeOver(GopBuffer waiting) {
        hold = null;
        hide("the source is there");
        if (source != null) {
            sink.begin(source);
        }
        waiting.drainTo(sink);
    }

    private void await(long millis) {
        if (slate != null && source == null && !resting && !active) {
            cancel();
            timer = loop.schedule(this::fetch, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void fetch() {
        Slate wanted = slate;
        if (wanted == null) {
            return;
        }
        int question = ++asked;
        wanted.clip(clip -> {
            if (question == asked && (source == null || active) && !resting) {
                show(clip);
            }
        }, () -> {
            if (question == asked) {
                await(RETRY_MILLIS);
            }
        });
    }

    private void show(Slate.Clip clip) {
        hide("another slate");
        playing = new TsLoop(clip.ts(), clip.ticks());
        startNanos = loop.ticker().nanoTime();
        active = true;
        sink.begin(INFO);
        play();
        timer = loop.scheduleAtFixedRate(this::play, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void play() {
        TsLoop clip = playing;
        if (clip == null) {
            return;
        }
        long until = (loop.ticker().nanoTime() - startNanos) * 9 / 100_000 + LEAD_TICKS;
        ByteBuf due = clip.next(until, PooledByteBufAllocator.DEFAULT);
        while (due.isReadable()) {
            sink.packets(due);
            due = clip.next(until, PooledByteBufAllocator.DEFAULT);
        }
    }

    private void hide(String reason) {
        if (active) {
            active = false;
            playing = null;
            cancel();
            sink.end(reason);
        }
    }

    private void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
