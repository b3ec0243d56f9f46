package dev.penstock.dataplane.app;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.slate.Slate;
import dev.penstock.dataplane.segment.CmafWindow;
import dev.penstock.dataplane.segment.LastNumbers;
import dev.penstock.dataplane.segment.SegmentConfig;
import dev.penstock.dataplane.segment.SegmentListener;
import dev.penstock.dataplane.segment.SegmentWindow;

/**
 * The unit that serves a stream. When the stream has ended for lack of a publisher, a new one waits in its place: viewers of the old
 * one are let go, and its playlists end, but can be played to their end for as long as the window is. Changed on the stream's event
 * loop, read by any thread.
 */
final class UnitSlot {
    private final EventLoop loop;
    private final Function<LastNumbers, StreamUnit> maker;
    private volatile StreamUnit unit;
    private volatile @Nullable StreamUnit ended;
    private volatile LastNumbers last;
    private @Nullable Slate slate;

    /** @param maker makes a unit behind the last numbers that were used; called on the event loop */
    UnitSlot(EventLoop loop, Function<LastNumbers, StreamUnit> maker, LastNumbers last) {
        this.loop = loop;
        this.maker = maker;
        this.last = last;
        this.unit = maker.apply(last);
    }

    /** What is shown while no source is there, in this unit and those that follow; null for nothing. Event loop. */
    void slate(@Nullable Slate now) {
        slate = now;
        unit.slates().use(now);
    }

    /** The unit now. */
    StreamUnit unit() {
        return unit;
    }

    /**
     * What HLS players are shown, asked for once each request: the segments of the run before, as long as they are there and this
     * one has none. This run is wanted all the same, or it would never have any.
     */
    SegmentWindow window() {
        SegmentWindow now = unit.window();
        StreamUnit before = ended;
        if (before != null && now.view().segments().isEmpty()) {
            now.touch();
            return before.window();
        }
        return now;
    }

    /** The same of CMAF segments; empty when the stream is not cut into such. */
    Optional<CmafWindow> cmaf() {
        StreamUnit before = ended;
        Optional<CmafWindow> now = unit.cmaf().map(CmafUnit::window);
        if (before == null || now.isEmpty() || !now.get().view().renditions().isEmpty()) {
            return now;
        }
        now.get().touch();
        return before.cmaf().map(CmafUnit::window);
    }

    /** The last numbers that may have been used. */
    LastNumbers numbers() {
        return unit.lastNumbers().max(last);
    }

    /** Adds a listener of segments, of this unit and those that follow; which those know it is the caller's business. */
    void tap(SegmentListener listener) {
        unit.untap(listener);
        unit.tap(listener);
    }

    /** Ends the stream and waits for the next one. Event loop. */
    void renew() {
        StreamUnit old = unit;
        old.end();
        last = numbers();
        release(ended);
        ended = old;
        unit = maker.apply(last);
        unit.slates().use(slate);
        unit.slates().wake();
        SegmentConfig config = old.window().config();
        long keep = config.window().plus(config.grace()).toMillis();
        loop.schedule(() -> {
            if (ended == old) {
                ended = null;
                old.close();
            }
        }, keep, TimeUnit.MILLISECONDS);
    }

    /** Ends the stream for good. Event loop. */
    void close() {
        unit.close();
        release(ended);
        ended = null;
    }

    private static void release(@Nullable StreamUnit before) {
        if (before != null) {
            before.close();
        }
    }
}
