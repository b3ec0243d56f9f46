package dev.penstock.dataplane.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Reasons;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.StoredFile;
import dev.penstock.dataplane.dash.DashDirectory;
import dev.penstock.dataplane.dash.DashOutput;
import dev.penstock.dataplane.fanout.FanoutDirectory;
import dev.penstock.dataplane.fanout.StreamCounts;
import dev.penstock.dataplane.fanout.TsFanout;
import dev.penstock.dataplane.ingest.PullSource;
import dev.penstock.dataplane.ingest.input.Confine;
import dev.penstock.dataplane.ingest.push.PublishPoint;
import dev.penstock.dataplane.ingest.push.PublishRequest;
import dev.penstock.dataplane.ingest.push.PushConfig;
import dev.penstock.dataplane.ingest.slate.Slate;
import dev.penstock.dataplane.push.PushPlan;
import dev.penstock.dataplane.push.PushSet;
import dev.penstock.dataplane.push.PushState;
import dev.penstock.dataplane.segment.CmafDirectory;
import dev.penstock.dataplane.segment.LastNumbers;
import dev.penstock.dataplane.segment.SegmentDirectory;
import dev.penstock.dataplane.segment.SegmentListener;
import dev.penstock.dataplane.segment.SegmentWindow;
import dev.penstock.dataplane.telemetry.ProxyMetrics;
import dev.penstock.dataplane.trickplay.Keyframes;

/**
 * The live streams that run here. Changed by the one thread that tells of resources, which waits for the streams' event loops;
 * found by any thread.
 */
final class LiveStreams {
    private static final int REMEMBERED = 10_000;
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final EventLoopGroup loops;
    private final NodeContext context;
    private final Problems problems;
    private volatile @Nullable Slates slates;
    private final Map<String, Running> running = new ConcurrentSkipListMap<>();
    /** Streams that cannot be served as things are. */
    private final Map<String, Refused> refused = new ConcurrentSkipListMap<>();
    /** Who hears of a stream's segments, whether it runs now or not. */
    private final Map<String, List<SegmentListener>> taps = new ConcurrentHashMap<>();
    /** What each stream that runs, or did, has counted. */
    private final Map<String, StreamTotals> totals = new ConcurrentHashMap<>();
    /** Where each stream that runs is sent on to. */
    private final Map<String, PushSet> pushes = new ConcurrentHashMap<>();
    /** Most streams that run at once; 0 for no limit. Of the thread that tells of resources. */
    private int most;

    /** Where streams that were here have ended, as some come back. */
    private final Map<String, LastNumbers> last = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, LastNumbers> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** A stream that runs. */
    record Running(LiveStream resource, StreamSettings settings, UnitSlot slot, Feed feed, SourceState state) {
        /** What serves it now. */
        StreamUnit unit() {
            return slot.unit();
        }

        /** Whether media arrives. */
        boolean isLive() {
            return state.now().connected() && unit().hub().stats().nanosSincePacket() < QUIET_NANOS;
        }
    }

    /**
     * A stream that cannot be served as things are.
     *
     * @param reason for the condition Served
     * @param message field, value and what was expected
     */
    record Refused(LiveStream resource, Reasons reason, String message) {}

    LiveStreams(EventLoopGroup loops, NodeContext context, Problems problems) {
        this.loops = loops;
        this.context = context;
        this.problems = problems;
    }

    /** Where slates come from; told before the first stream. */
    void slates(Slates all) {
        slates = all;
    }

    /** Starts a stream, or changes it: another source leaves viewers connected, another shape starts the stream anew. */
    void apply(LiveStream resource) {
        String id = id(resource);
        Optional<String> refusal = context.admission().refusal(resource.getSpec());
        if (refusal.isPresent()) {
            remove(resource.getMetadata().getNamespace(), resource.getMetadata().getName());
            problems.failed("LiveStream " + id, refusal.get());
            return;
        }
        if (Boolean.TRUE.equals(resource.getSpec().offline())) {
            remove(resource.getMetadata().getNamespace(), resource.getMetadata().getName());
            refused.put(id, new Refused(resource, Reasons.OFFLINE, OffAir.message(id)));
            return;
        }
        if (most > 0 && running.size() >= most && !running.containsKey(id)) {
            String message = "runs " + running.size() + " streams, which is its limit (MediaPool spec.limits.streams)";
            refused.put(id, new Refused(resource, Reasons.NO_ROOM, "the pod " + message));
            problems.failed("LiveStream " + id, "the pod " + message);
            return;
        }
        StreamSettings settings;
        Object config;
        try {
            settings = StreamSettings.of(resource.getSpec());
            config = config(resource);
        } catch (NotServableException e) {
            refused.put(id, new Refused(resource, e.reason(), String.valueOf(e.getMessage())));
            problems.failed("LiveStream " + id, String.valueOf(e.getMessage()));
            return;
        } catch (IllegalArgumentException | IllegalStateException e) {
            problems.failed("LiveStream " + id, String.valueOf(e.getMessage()));
            return;
        }
        refused.remove(id);
        Running now = running.get(id);
        if (now != null && now.settings().equals(settings) && now.feed().config().equals(config)) {
            running.put(id, new Running(resource, settings, now.slot(), now.feed(), now.state()));
            sendOn(id, resource, now.unit().loop());
            if (!Objects.equals(slateOf(now.resource()), slateOf(resource))) {
                OnLoop.run(now.unit().loop(), () -> now.slot().slate(slate(id, resource, now.slot())));
            }
            carriedOut(id, resource);
            return;
        }
        try {
            start(id, resource, settings, config, now);
            sendOn(id, resource, running.get(id).unit().loop());
            carriedOut(id, resource);
        } catch (IllegalArgumentException e) {
            problems.failed("LiveStream " + id, "spec." + e.getMessage());
        }
    }

    private Object config(LiveStream resource) {
        if (resource.getSpec().source().push() != null) {
            context.hooks().find(resource);
            return PushSettings.of(resource, context.resources());
        }
        return PullPlan.of(PullSettings.of(resource.getMetadata().getNamespace(),
                resource.getSpec().source().pull(), resource.getSpec().audio(), context.resources(),
                new Confine(context.admission().folders())), resource.getSpec().onDemand());
    }

    /** A stream runs; that nobody can publish it is worth saying all the same. */
    private void carriedOut(String id, LiveStream resource) {
        PushSettings.problem(resource, context.hooks()).ifPresentOrElse(
                text -> problems.failed("LiveStream " + id, text),
                () -> problems.solved("LiveStream " + id));
    }

    /** Sends a stream that runs on to the servers of its spec, and no more to others. May block to read Secrets. */
    private void sendOn(String id, LiveStream resource, EventLoop loop) {
        List<PushPlan> plans = OutputSettings.of(resource, context.resources());
        OnLoop.run(loop, () -> pushes.get(id).configure(plans));
    }

    /** How it stands with the servers that a stream is sent on to. Any thread. */
    List<PushState> pushes(String id) {
        PushSet set = pushes.get(id);
        return set == null ? List.of() : set.now();
    }

    private StreamUnit unit(String id, EventLoop loop, StreamSettings settings, LastNumbers numbers, PushSet sent) {
        StreamUnit unit = new StreamUnit(id, loop, settings, context.meters(), context.clock(), tapsOf(id), numbers,
                totalsOf(id));
        sent.use(unit.hub());
        return unit;
    }

    private void start(String id, LiveStream resource, StreamSettings settings, Object config,
            @Nullable Running before) {
        EventLoop loop = before == null ? loops.next() : before.unit().loop();
        PushSet sent = before == null
                ? new PushSet(id, loop, context.pushes(), () -> pushSecretsDoubted(id))
                : pushes.get(id);
        pushes.put(id, sent);
        running.put(id, OnLoop.get(loop, () -> {
            boolean keep = before != null && before.settings().equals(settings);
            UnitSlot slot = keep
                    ? before.slot()
                    : new UnitSlot(loop,
                            numbers -> unit(id, loop, settings, numbers, sent),
                            before == null ? lastOf(id) : before.slot().numbers());
            if (!keep || !Objects.equals(slateOf(before.resource()), slateOf(resource))) {
                slot.slate(slate(id, resource, slot));
            }
            if (before != null && before.feed() instanceof Feed.Push push && config instanceof PushConfig rules) {
                return changed(before, push, rules, new Running(resource, settings, slot,
                        new Feed.Push(rules, push.point(), push.stage()), before.state()));
            }
            SourceState state = new SourceState(id, context.clock(), () -> secretsDoubted(resource));
            Feed feed;
            try {
                feed = feed(id, config, slot, state);
            } catch (IllegalArgumentException e) {
                if (!keep) {
                    slot.close();
                }
                if (!keep && before != null) {
                    sent.use(before.unit().hub());
                }
                throw e;
            }
            if (before != null) {
                before.feed().stop();
                if (!keep) {
                    before.slot().close();
                }
            }
            if (feed instanceof Feed.Pull pull) {
                pull.run().start();
            } else {
                slot.unit().slates().wake();
            }
            return new Running(resource, settings, slot, feed, state);
        }));
    }

    /** Publishers stay where they are, under other rules, and perhaps on another unit. On the event loop. */
    private static Running changed(Running before, Feed.Push push, PushConfig rules, Running now) {
        push.stage().use(now.slot());
        if (now.slot() != before.slot()) {
            now.slot().unit().slates().wake();
            push.point().rebind();
            before.slot().close();
        }
        push.point().configure(rules);
        return now;
    }

    private static @Nullable StoredFile slateOf(LiveStream stream) {
        return stream.getSpec().fallback() == null ? null : stream.getSpec().fallback().slate();
    }

    /** What a stream shows while no source is there. */
    private @Nullable Slate slate(String id, LiveStream resource, UnitSlot slot) {
        StoredFile file = slateOf(resource);
        if (file == null || slates == null) {
            return null;
        }
        return slates.of(id, file, slot.unit().loop(), () -> slot.unit().shape());
    }

    private Feed feed(String id, Object config, UnitSlot slot, SourceState state) {
        EventLoop loop = slot.unit().loop();
        if (config instanceof PushConfig push) {
            PushStage stage = new PushStage(slot);
            return new Feed.Push(push, new PublishPoint(id, push, loop, stage, state, context.meters().ingest()),
                    stage);
        }
        PullPlan plan = (PullPlan) config;
        StreamUnit unit = slot.unit();
        PullSource source = new PullSource(plan.sources(), loop, unit.slates(), state, context.pull());
        return new Feed.Pull(plan, new PullRun(plan, source, unit, state));
    }

    /** Ends a stream: viewers are disconnected, recordings told. */
    void remove(String namespace, String name) {
        String id = namespace + "/" + name;
        problems.solved("LiveStream " + id);
        refused.remove(id);
        totals.remove(id);
        if (slates != null) {
            slates.forget(id);
        }
        Running gone = running.remove(id);
        if (gone != null) {
            note(id, gone.slot().numbers());
            OnLoop.run(gone.unit().loop(), () -> close(id, gone));
        }
        context.hlsViewers().remove(id);
        fill();
    }

    /**
     * Limits how many streams run; those that run go on. By the thread that tells of resources.
     *
     * @param streams 0 for no limit
     */
    void limit(int streams) {
        most = streams;
        fill();
    }

    /** Starts what there is room for now. */
    private void fill() {
        for (Refused waiting : List.copyOf(refused.values())) {
            if (waiting.reason() == Reasons.NO_ROOM && (most == 0 || running.size() < most)) {
                apply(waiting.resource());
            }
        }
    }

    /** Opens the sources that use a Secret again; publishers whose key is not in it any more must go. */
    void secretChanged(String namespace, String name) {
        Stream.concat(running.values().stream().map(Running::resource),
                refused.values().stream().map(Refused::resource)).distinct().filter(s -> uses(s, namespace, name))
                .toList().forEach(stream -> {
                    apply(stream);
                    recheck(stream);
                });
    }

    private boolean uses(LiveStream stream, String namespace, String secret) {
        return stream.getMetadata().getNamespace().equals(namespace)
                && (secret.equals(PushSettings.keySecret(stream)) || context.hooks().uses(stream, secret)
                        || PullSettings.secrets(stream).contains(secret)
                        || OutputSettings.secrets(stream).contains(secret));
    }

    /** Publishers whose key is not valid any more must go. */
    private void recheck(LiveStream stream) {
        Running now = running.get(id(stream));
        if (now != null && now.feed() instanceof Feed.Push push && PushSettings.keySecret(stream) != null) {
            Predicate<PublishRequest> may = PushSettings.admitting(stream, context.resources());
            OnLoop.run(now.unit().loop(), () -> push.point().recheck(may));
        }
    }

    private void note(String id, LastNumbers numbers) {
        synchronized (last) {
            last.merge(id, numbers, LastNumbers::max);
        }
    }

    private LastNumbers lastOf(String id) {
        synchronized (last) {
            return last.getOrDefault(id, LastNumbers.NONE);
        }
    }

    private void secretsDoubted(LiveStream stream) {
        PullSettings.secrets(stream).forEach(
                name -> context.resources().refreshSecret(stream.getMetadata().getNamespace(), name));
    }

    private void pushSecretsDoubted(String id) {
        Running stream = running.get(id);
        if (stream != null) {
            OutputSettings.secrets(stream.resource()).forEach(name -> context.resources()
                    .refreshSecret(stream.resource().getMetadata().getNamespace(), name));
        }
    }

    /** Adds a listener of a stream's segments; it stays when the stream ends and comes back. */
    void tap(String namespace, String name, SegmentListener listener) {
        String id = namespace + "/" + name;
        tapsOf(id).add(listener);
        Running stream = running.get(id);
        if (stream != null) {
            OnLoop.run(stream.unit().loop(), () -> stream.slot().tap(listener));
        }
    }

    /** Removes a listener; it hears nothing more when this returns. */
    void untap(String namespace, String name, SegmentListener listener) {
        String id = namespace + "/" + name;
        tapsOf(id).remove(listener);
        Running stream = running.get(id);
        if (stream != null) {
            OnLoop.run(stream.unit().loop(), () -> stream.unit().untap(listener));
        }
    }

    /** Ends all streams; each one's last segment is finished first. */
    void close() {
        Map.copyOf(running).forEach((id, stream) -> OnLoop.run(stream.unit().loop(), () -> close(id, stream)));
        running.clear();
    }

    /** All streams that run, by id. Any thread. */
    Map<String, Running> all() {
        return new TreeMap<>(running);
    }

    /** Streams that cannot be served as things are, by id; one that runs on with what it had before may be among them. Any thread. */
    Map<String, Refused> refused() {
        return new TreeMap<>(refused);
    }

    /** How many streams run. Any thread. */
    int count() {
        return running.size();
    }

    /** Finds viewers' streams; those that may be played as HTTP-TS. */
    FanoutDirectory fanouts() {
        return (namespace, name) -> find(namespace, name).filter(r -> r.settings().ts()).map(r -> fanout(r));
    }

    /** Finds windows of TS segments; of streams that may be played as HLS with such. */
    SegmentDirectory windows() {
        return (namespace, name) -> find(namespace, name).filter(r -> r.settings().hls() == StreamSettings.Hls.TS)
                .map(r -> window(r));
    }

    /** Finds windows of CMAF segments, of streams whose settings are right. */
    CmafDirectory cmaf(Predicate<StreamSettings> which) {
        return (namespace, name) -> find(namespace, name).filter(r -> which.test(r.settings()))
                .flatMap(r -> r.slot().cmaf());
    }

    /** Finds streams that may be played as DASH. */
    DashDirectory dash() {
        return (namespace, name) -> find(namespace, name).filter(r -> r.settings().dash())
                .flatMap(r -> r.slot().cmaf()).map(w -> new DashOutput(w, w.config().producerTimes()));
    }

    /** Finds what posters are made of. */
    Keyframes.Directory keyframes() {
        return (namespace, name) -> find(namespace, name).map(r -> new HubKeyframes(r.unit().hub()));
    }

    /** A stream that its spec has taken off the air. Any thread. */
    Optional<LiveStream> offAir(String namespace, String name) {
        return Optional.ofNullable(refused.get(namespace + "/" + name)).filter(r -> r.reason() == Reasons.OFFLINE)
                .map(Refused::resource);
    }

    /** A stream that runs. Any thread. */
    Optional<Running> find(String namespace, String name) {
        return Optional.ofNullable(running.get(namespace + "/" + name));
    }

    private StreamTotals totalsOf(String id) {
        return totals.computeIfAbsent(id, key -> new StreamTotals(context.clock()));
    }

    /** What all streams that run have counted. Any thread. */
    List<ProxyMetrics.Sample> samples() {
        List<ProxyMetrics.Sample> samples = new ArrayList<>();
        running.forEach((id, stream) -> {
            StreamTotals counted = totals.get(id);
            if (counted != null) {
                StreamCounts viewers = counted.viewers();
                samples.add(new ProxyMetrics.Sample(id, counted.received(), viewers.sent(), viewers.dropped(),
                        viewers.viewers(), viewers.connectedNanos(), stream.isLive()));
            }
        });
        return samples;
    }

    private List<SegmentListener> tapsOf(String id) {
        return taps.computeIfAbsent(id, key -> new CopyOnWriteArrayList<>());
    }

    private static TsFanout fanout(Running stream) {
        return stream.unit().fanout();
    }

    private static SegmentWindow window(Running stream) {
        return stream.slot().window();
    }

    private void close(String id, Running stream) {
        PushSet sent = pushes.remove(id);
        if (sent != null) {
            sent.close();
        }
        stream.feed().stop();
        stream.slot().close();
    }

    static String id(LiveStream resource) {
        return resource.getMetadata().getNamespace() + "/" + resource.getMetadata().getName();
    }
}
