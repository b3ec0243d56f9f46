package dev.penstock.dataplane.segment;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.hub.Demand;

/**
 * The newest CMAF segments of a live stream: those that playlists list, and older ones that stay for players with an older playlist.
 * How long, the leading rendition says for all, so that they list the same numbers. Nothing is listed before each rendition has
 * something, or the leading one has two segments: a master playlist is asked for once.
 *
 * <p>Filled by a {@link CmafSegmenter} on the hub's event loop; read by any thread. Holds one reference to what it keeps.
 */
public final class LiveCmafWindow implements CmafWindow, CmafListener {
    /** Bytes that are kept at most; beyond, segments leave earlier than their time. */
    public static final long MAX_BYTES = 512L << 20;

    private final CmafConfig config;
    private final @Nullable Demand demand;
    private final long maxBytes;
    private final Set<Listening> listeners = ConcurrentHashMap.newKeySet();
    /** Segments of the leading rendition, complete, by rising sequence. */
    private final ArrayDeque<Span> spans = new ArrayDeque<>();
    private final Map<String, List<StoredSegment>> kept = new HashMap<>();
    private final Map<String, StoredBytes> inits = new HashMap<>();
    private List<String> order = List.of();
    private long bytes;
    private long version;
    private boolean listing;
    private boolean gathering;
    private boolean ended;
    private volatile LastNumbers last = LastNumbers.NONE;
    private volatile State state = new State(Map.of(), Map.of(), CmafView.EMPTY);

    /** Keeps segments of a stream that nobody has to want. */
    public LiveCmafWindow(CmafConfig config) {
        this(config, null, MAX_BYTES);
    }

    /**
     * Keeps segments as long as the configuration says.
     *
     * @param demand is told who wants the stream
     */
    public LiveCmafWindow(CmafConfig config, Demand demand) {
        this(config, demand, MAX_BYTES);
    }

    LiveCmafWindow(CmafConfig config, @Nullable Demand demand, long maxBytes) {
        this.config = config;
        this.demand = demand;
        this.maxBytes = maxBytes;
    }

    private record Span(long sequence, double seconds) {}

    /** What other threads see. */
    private record State(Map<String, List<StoredSegment>> kept, Map<String, StoredBytes> inits, CmafView view) {}

    /** Not a record: the same listener may be there twice. */
    private static final class Listening {
        private final Consumer<CmafView> listener;

        Listening(Consumer<CmafView> listener) {
            this.listener = listener;
        }
    }

    @Override
    public CmafConfig config() {
        return config;
    }

    @Override
    public void touch() {
        if (demand != null) {
            demand.touch();
        }
    }

    @Override
    public Runnable want() {
        return demand == null ? () -> {} : demand.acquire()::close;
    }

    @Override
    public CmafView view() {
        return state.view();
    }

    @Override
    public Runnable onChange(Consumer<CmafView> listener) {
        Listening listening = new Listening(listener);
        listeners.add(listening);
        return () -> listeners.remove(listening);
    }

    @Override
    public Optional<ByteBuf> init(String rendition, String id) {
        return Optional.ofNullable(state.inits().get(key(rendition, id))).flatMap(StoredBytes::acquire);
    }

    @Override
    public Optional<ByteBuf> segment(String rendition, long sequence) {
        return find(rendition, sequence).flatMap(s -> Optional.ofNullable(s.whole())).flatMap(StoredBytes::acquire);
    }

    @Override
    public Optional<ByteBuf> part(String rendition, long sequence, int part) {
        return find(rendition, sequence).filter(s -> part >= 0 && part < s.parts().size())
                .flatMap(s -> s.parts().get(part).acquire());
    }

    /** The newest numbers that the stream has used, and room for the segment under way. Any thread. */
    public LastNumbers lastNumbers() {
        LastNumbers numbers = last;
        for (CmafRendition rendition : state.view().renditions()) {
            CmafSegment newest = rendition.segments().getLast();
            numbers = numbers.max(new LastNumbers(newest.sequence() + 2, newest.discontinuitySequence() + 1));
        }
        return numbers;
    }

    @Override
    public void run(List<String> renditions) {
        List<String> names = new ArrayList<>(renditions);
        kept.keySet().stream().filter(name -> !names.contains(name)).sorted().forEach(names::add);
        order = List.copyOf(names);
    }

    @Override
    public void init(String rendition, String id, byte[] init) {
        inits.computeIfAbsent(key(rendition, id), k -> new StoredBytes(Unpooled.wrappedBuffer(init)));
    }

    @Override
    public void segment(String rendition, CmafSegment now, @Nullable ByteBuf part) {
        List<StoredSegment> segments = new ArrayList<>(kept.getOrDefault(rendition, List.of()));
        boolean goesOn = !segments.isEmpty() && segments.getLast().info().sequence() == now.sequence();
        StoredSegment next = StoredSegment.of(goesOn ? segments.removeLast() : null, now, part);
        segments.add(next);
        kept.put(rendition, List.copyOf(segments));
        bytes += part == null ? 0 : part.readableBytes();
        if (now.complete() && rendition.equals(order.getFirst())) {
            spans.add(new Span(now.sequence(), now.seconds()));
        }
        publish();
    }

    @Override
    public void asleep() {
        last = lastNumbers();
        clear();
    }

    @Override
    public void ended() {
        ended = true;
        publish();
    }

    /**
     * Shows what an action adds when it has ended, and not before: who asks first sees the newest of a backlog, not its oldest. On the
     * hub's event loop.
     */
    public void gather(Runnable action) {
        gathering = true;
        try {
            action.run();
        } finally {
            gathering = false;
            publish();
        }
    }

    /** Releases all; requests wait for the next segment as for a first. On the hub's event loop. */
    public void clear() {
        List<StoredSegment> gone = kept.values().stream().flatMap(List::stream).toList();
        List<StoredBytes> goneInits = List.copyOf(inits.values());
        kept.clear();
        inits.clear();
        spans.clear();
        bytes = 0;
        listing = false;
        publish();
        gone.forEach(StoredSegment::release);
        goneInits.forEach(StoredBytes::release);
    }

    /** Releases all: the stream is gone. On the hub's event loop, after the segmenter has ended. */
    public void close() {
        last = lastNumbers();
        ended = true;
        clear();
        listeners.clear();
    }

    private Optional<StoredSegment> find(String rendition, long sequence) {
        List<StoredSegment> segments = state.kept().getOrDefault(rendition, List.of());
        // The newest are asked for most.
        for (int i = segments.size() - 1; i >= 0 && segments.get(i).info().sequence() >= sequence; i--) {
            if (segments.get(i).info().sequence() == sequence) {
                return Optional.of(segments.get(i));
            }
        }
        return Optional.empty();
    }

    private void publish() {
        if (gathering) {
            return;
        }
        List<StoredSegment> gone = new ArrayList<>();
        long listedFrom = from(config.segments().window().toMillis());
        evict(from(config.segments().window().plus(config.segments().grace()).toMillis()), gone);
        while (bytes > maxBytes && spans.size() > 1) {
            spans.poll();
            evict(spans.getFirst().sequence(), gone);
        }
        List<CmafRendition> renditions = new ArrayList<>();
        for (String name : order) {
            List<CmafSegment> listed = kept.getOrDefault(name, List.of()).stream().map(StoredSegment::info)
                    .filter(s -> s.sequence() >= listedFrom).toList();
            if (!listed.isEmpty()) {
                renditions.add(new CmafRendition(name, name.equals("video"), listed));
            }
        }
        listing = listing || renditions.size() == order.size() || spans.size() >= 2;
        List<StoredBytes> goneInits = gone.isEmpty() ? List.of() : unusedInits();
        CmafView view = new CmafView(++version, listing ? renditions : List.of(), ended);
        state = new State(Map.copyOf(kept), Map.copyOf(inits), view);
        gone.forEach(StoredSegment::release);
        goneInits.forEach(StoredBytes::release);
        for (Listening listening : listeners) {
            listening.listener.accept(view);
        }
    }

    /** The first sequence that is within a duration of the newest complete segment's end. */
    private long from(long windowMs) {
        double seconds = 0;
        long from = Long.MIN_VALUE;
        var newest = spans.descendingIterator();
        while (newest.hasNext()) {
            if (seconds * 1000 + 0.5 >= windowMs) {
                return from;
            }
            Span span = newest.next();
            from = span.sequence();
            seconds += span.seconds();
        }
        return Long.MIN_VALUE;
    }

    private void evict(long from, List<StoredSegment> gone) {
        while (!spans.isEmpty() && spans.getFirst().sequence() < from) {
            spans.poll();
        }
        for (Map.Entry<String, List<StoredSegment>> entry : kept.entrySet()) {
            List<StoredSegment> segments = entry.getValue();
            int first = 0;
            while (first < segments.size() && segments.get(first).info().sequence() < from) {
                gone.add(segments.get(first));
                bytes -= segments.get(first).info().bytes();
                first++;
            }
            if (first > 0) {
                entry.setValue(List.copyOf(segments.subList(first, segments.size())));
            }
        }
        kept.values().removeIf(List::isEmpty);
    }

    /** Takes out those that no kept segment needs. */
    private List<StoredBytes> unusedInits() {
        Set<String> used = new HashSet<>();
        kept.forEach((name, segments) -> segments.forEach(s -> used.add(key(name, s.info().init()))));
        List<StoredBytes> gone = new ArrayList<>();
        inits.entrySet().removeIf(e -> !used.contains(e.getKey()) && gone.add(e.getValue()));
        return gone;
    }

    private static String key(String rendition, String id) {
        return rendition + "/" + id;
    }
}
