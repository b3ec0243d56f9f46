package dev.penstock.dataplane.app;

import java.time.InstantSource;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.fanout.TsFanout;
import dev.penstock.dataplane.hub.Demand;
import dev.penstock.dataplane.hub.Hub;
import dev.penstock.dataplane.ingest.slate.SlateSwitch;
import dev.penstock.dataplane.segment.LastNumbers;
import dev.penstock.dataplane.segment.Segment;
import dev.penstock.dataplane.segment.SegmentListener;
import dev.penstock.dataplane.segment.SegmentWindow;
import dev.penstock.dataplane.segment.ShapeProbe;
import dev.penstock.dataplane.segment.StreamShape;
import dev.penstock.dataplane.segment.TsSegmenter;

/** The parts that serve one live stream, all owned by one event loop. Made, changed and closed on that loop. */
final class StreamUnit {
    private final EventLoop loop;
    private final Hub hub;
    private final TsFanout fanout;
    private final TsSegmenter segmenter;
    private final SegmentWindow window;
    private final @Nullable CmafUnit cmaf;
    private final SlateSwitch slates;
    /** Whether segments are cut for HLS players, whoever else takes them. */
    private final boolean cut;
    private final ShapeProbe shape = new ShapeProbe();
    private final Map<SegmentListener, Demand.Lease> leases = new IdentityHashMap<>();
    private boolean ended;

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
        cut = settings.hls() == StreamSettings.Hls.TS;
        hub.listen(cut ? segmenter : shape, false);
        cmaf = settings.cmaf().map(config -> new CmafUnit(hub, config, clock, last)).orElse(null);
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

    /** The CMAF segments, when the stream is cut into such. */
    Optional<CmafUnit> cmaf() {
        return Optional.ofNullable(cmaf);
    }

    /** The newest numbers that the stream has used, and room for the segments under way. */
    LastNumbers lastNumbers() {
        LastNumbers numbers = window.lastNumbers();
        return cmaf == null ? numbers : numbers.max(cmaf.window().lastNumbers());
    }

    /** What the stream carries: what its packets tell, or, while there are none, what the source announced. */
    StreamShape shape() {
        List<Segment.Info> segments = window.view().segments();
        StreamShape seen = segments.isEmpty() ? shape.shape() : segments.getLast().stream();
        return seen.codecs().isEmpty() ? StreamShape.of(hub.stats().tracks(), hub.stats().frameRate()) : seen;
    }

    /** Who wants the stream; anybody may ask or want it. */
    Demand demand() {
        return hub.demand();
    }

    /** Adds a listener of segments; the stream is wanted for as long as it is there. */
    void tap(SegmentListener listener) {
        if (!cut && leases.isEmpty()) {
            hub.listen(segmenter, false);
        }
        segmenter.listen(listener);
        leases.computeIfAbsent(listener, tap -> hub.demand().acquire());
    }

    void untap(SegmentListener listener) {
        segmenter.unlisten(listener);
        Demand.Lease lease = leases.remove(listener);
        if (lease != null) {
            lease.close();
        }
        if (!cut && leases.isEmpty()) {
            hub.unlisten(segmenter);
            segmenter.asleep();
        }
    }

    /** Releases what viewers could go back to: it is long over. */
    void clear() {
        window.clear();
        if (cmaf != null) {
            cmaf.window().clear();
        }
    }

    /** Ends the stream: the segment under way is finished, listeners and viewers are told. Segments stay. */
    void end() {
        if (ended) {
            return;
        }
        ended = true;
        slates.rest();
        hub.close();
        if (cmaf != null) {
            cmaf.end();
        }
    }

    /** As {@link #end}, and releases the segments. */
    void close() {
        end();
        window.close();
        if (cmaf != null) {
            cmaf.window().close();
        }
    }
}
