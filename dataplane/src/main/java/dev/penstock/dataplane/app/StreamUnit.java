package dev.penstock.dataplane.app;

import java.time.InstantSource;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;

import dev.penstock.dataplane.fanout.TsFanout;
import dev.penstock.dataplane.hub.Demand;
import dev.penstock.dataplane.hub.Hub;
import dev.penstock.dataplane.ingest.slate.SlateSwitch;
import dev.penstock.dataplane.segment.LastNumbers;
import dev.penstock.dataplane.segment.Segment;
import dev.penstock.dataplane.segment.SegmentListener;
import dev.penstock.dataplane.segment.SegmentWindow;
import dev.penstock.dataplane.segment.StreamShape;
import dev.penstock.dataplane.segment.TsSegmenter;

/** The parts that serve one live stream, all owned by one event loop. Made, changed and closed on that loop. */
final class StreamUnit {
    private final EventLoop loop;
    private final Hub hub;
    private final TsFanout fanout;
    private final TsSegmenter segmenter;
    private final SegmentWindow window;
    private final SlateSwitch slates;
    private final Map<SegmentListener, Demand.Lease> leases = new IdentityHashMap<>();

    /**
     * @param id {@code ns/name}
     * @param loop owner of the stream; this is called on it
     * @param taps who hears of segments beside the window
     * @param last numbers of an earlier run
     * @param totals go on counting here
     */
    StreamUnit(String id, EventLoop loop, StreamSettings settings, StreamMeters meters, InstantSource clock,
            Collection<SegmentListener> taps, LastNumbers last, StreamTotals totals) {
        this.loop = loop;
        hub = new Hub(id, loop, ByteBufAllocator.DEFAULT, settings.hub(), clock, meters.hub());
        slates = new SlateSwitch(hub, loop);
        fanout = TsFanout.open(hub, settings.fanout(), meters.fanout(), totals.viewers());
        totals.use(hub.stats());
        segmenter = new TsSegmenter(settings.segment(), ByteBufAllocator.DEFAULT, clock.instant(), last);
        window = new SegmentWindow(settings.segment(), hub.demand());
        segmenter.listen(window);
        hub.listen(segmenter, false);
        taps.forEach(this::tap);
    }

    EventLoop loop() {
        return loop;
    }

    Hub hub() {
        return hub;
    }

    /** Where sources put what they read; shows the slate while there is none. */
    SlateSwitch slates() {
        return slates;
    }

    TsFanout fanout() {
        return fanout;
    }

    SegmentWindow window() {
        return window;
    }

    /** What the stream carries: what is cut, or, while nothing is, what the source announced. */
    StreamShape shape() {
        List<Segment.Info> segments = window.view().segments();
        return segments.isEmpty()
                ? StreamShape.of(hub.stats().tracks(), hub.stats().frameRate())
                : segments.getLast().stream();
    }

    /** Who wants the stream; anybody may ask or want it. */
    Demand demand() {
        return hub.demand();
    }

    /** Adds a listener of segments; the stream is wanted for as long as it is there. */
    void tap(SegmentListener listener) {
        segmenter.listen(listener);
        leases.computeIfAbsent(listener, tap -> hub.demand().acquire());
    }

    void untap(SegmentListener listener) {
        segmenter.unlisten(listener);
        Demand.Lease lease = leases.remove(listener);
        if (lease != null) {
            lease.close();
        }
    }

    /** Ends the stream: the segment under way is finished, listeners and viewers are told. Segments stay. */
    void end() {
        slates.rest();
        hub.close();
    }

    /** As {@link #end}, and releases the segments. */
    void close() {
        end();
        window.close();
    }
}
