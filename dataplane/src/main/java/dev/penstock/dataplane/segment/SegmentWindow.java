package dev.penstock.dataplane.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.util.IllegalReferenceCountException;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.hub.Demand;

/**
 * The newest segments of a stream: those that playlists list, and older ones that stay for players with an older playlist.
 *
 * <p>Filled by a segmenter on the hub's event loop; read by any thread. Holds one reference to each segment.
 */
public final class SegmentWindow implements SegmentListener {
    /** Requests that may wait for the first segment of a stream at a time. */
    public static final int MAX_WAITERS = 2000;

    private final SegmentConfig config;
    private final @Nullable Demand demand;
    /** Who waits for the first segment, and wants the stream until then. */
    private final Map<Runnable, Demand.Lease> waiters = new ConcurrentHashMap<>();
    private volatile LastNumbers last = LastNumbers.NONE;
    private volatile State state = new State(List.of(), new View(List.of(), false));

    /** Keeps segments as long as the configuration says, of a stream that nobody has to want. */
    public SegmentWindow(SegmentConfig config) {
        this.config = config;
        this.demand = null;
    }

    /**
     * Keeps segments as long as the configuration says.
     *
     * @param demand is told who wants the stream: who asks for a playlist or a segment, and who waits for the first
     */
    public SegmentWindow(SegmentConfig config, Demand demand) {
        this.config = config;
        this.demand = demand;
    }

    /**
     * What playlists list.
     *
     * @param segments oldest first, sequences rising by one; empty before the first
     * @param ended whether no segment follows
     */
    public record View(List<Segment.Info> segments, boolean ended) {}

    private record State(List<Segment> kept, View view) {}

    /** Durations that the stream is cut by. */
    public SegmentConfig config() {
        return config;
    }

    /** Somebody asks for a playlist or a segment, and may come again; before anything else is asked of the window. */
    public void touch() {
        if (demand != null) {
            demand.touch();
        }
    }

    /** What playlists list now; immutable. */
    public View view() {
        return state.view();
    }

    /**
     * A segment, listed or not long out of the list.
     *
     * @param sequence media sequence number
     * @return the segment, which the caller must release; empty when it has left or is not there yet
     */
    public Optional<Segment> acquire(long sequence) {
        List<Segment> kept = state.kept();
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        long index = sequence - kept.getFirst().info().sequence();
        if (index < 0 || index >= kept.size()) {
            return Optional.empty();
        }
        try {
            return Optional.of(kept.get((int) index).retain());
        } catch (IllegalReferenceCountException e) {
            // It left between the two lines.
            return Optional.empty();
        }
    }

    /**
     * Runs an action once, when the first segment is there: at once, or later on the hub's event loop.
     *
     * @return false when too many wait already; the action will not run
     */
    public boolean whenFirst(Runnable action) {
        if (waiters.size() >= MAX_WAITERS) {
            return false;
        }
        waiters.put(action, demand == null ? () -> {} : demand.acquire());
        if (!state.kept().isEmpty() && forget(action)) {
            action.run();
        }
        return true;
    }

    /**
     * Takes an action of {@link #whenFirst} back.
     *
     * @return false when it has run
     */
    public boolean forget(Runnable action) {
        Demand.Lease lease = waiters.remove(action);
        if (lease == null) {
            return false;
        }
        lease.close();
        return true;
    }

    @Override
    public void finished(Segment segment) {
        List<Segment> kept = new ArrayList<>(state.kept());
        kept.add(segment.retain());
        long ticks = 0;
        int listed = kept.size();
        int first = kept.size();
        while (first > 0 && ticks < ticks(true)) {
            first--;
            if (ticks < ticks(false)) {
                listed = first;
            }
            ticks += kept.get(first).info().durationTicks();
        }
        List<Segment> gone = List.copyOf(kept.subList(0, first));
        List<Segment.Info> infos = kept.subList(listed, kept.size()).stream().map(Segment::info).toList();
        state = new State(List.copyOf(kept.subList(first, kept.size())), new View(infos, false));
        gone.forEach(Segment::release);
        for (Runnable waiter : waiters.keySet()) {
            if (forget(waiter)) {
                waiter.run();
            }
        }
    }

    @Override
    public void asleep() {
        List<Segment> gone = state.kept();
        last = lastNumbers();
        state = new State(List.of(), new View(List.of(), false));
        gone.forEach(Segment::release);
    }

    /** The newest numbers that the stream has used, and room for the segment under way. */
    public LastNumbers lastNumbers() {
        return LastNumbers.of(view()).max(last);
    }

    @Override
    public void ended() {
        State now = state;
        state = new State(now.kept(), new View(now.view().segments(), true));
    }

    /** Releases all segments; requests wait for the next one as for a first. On the hub's event loop. */
    public void clear() {
        List<Segment> gone = state.kept();
        state = new State(List.of(), new View(List.of(), state.view().ended()));
        gone.forEach(Segment::release);
    }

    /** Releases all segments: the stream is gone. On the hub's event loop, once, after the segmenter has ended. */
    public void close() {
        List<Segment> gone = state.kept();
        state = new State(List.of(), new View(List.of(), true));
        gone.forEach(Segment::release);
    }

    private long ticks(boolean withGrace) {
        return (config.window().toMillis() + (withGrace ? config.grace().toMillis() : 0)) * 90;
    }
}
