package dev.penstock.dataplane.push;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.hub.Chunk;
import dev.penstock.dataplane.hub.ChunkListener;
import dev.penstock.dataplane.hub.Demand;
import dev.penstock.dataplane.hub.Hub;

/**
 * The servers that one stream is sent on to. The stream is wanted for as long as there are any. Owned by the stream's event loop;
 * {@link #now} may be asked by any thread.
 */
public final class PushSet {
    private final String stream;
    private final EventLoop loop;
    private final PushContext context;
    private final Runnable doubted;
    private final Map<String, Push> pushes = new LinkedHashMap<>();
    private final Map<String, Instant> refusedSince = new LinkedHashMap<>();
    private volatile List<PushPlan> plans = List.of();
    private volatile Map<String, Push> running = Map.of();
    private volatile Map<String, Instant> refused = Map.of();
    private @Nullable Hub hub;
    private @Nullable Attached attached;
    private @Nullable Future<?> seconds;

    /**
     * @param stream {@code ns/name}, for logs
     * @param loop the stream's event loop
     * @param doubted called on it when a server has not let us in: the Secrets may have changed
     */
    public PushSet(String stream, EventLoop loop, PushContext context, Runnable doubted) {
        this.stream = stream;
        this.loop = loop;
        this.context = context;
        this.doubted = doubted;
    }

    /** Sends on to these servers from now on; those that are as before go on undisturbed. */
    public void configure(List<PushPlan> wanted) {
        Map<String, PushPlan.Send> send = new LinkedHashMap<>();
        Map<String, PushPlan.Refused> not = new LinkedHashMap<>();
        for (PushPlan plan : wanted) {
            switch (plan) {
                case PushPlan.Send s -> send.put(s.name(), s);
                case PushPlan.Refused r -> not.put(r.name(), r);
            }
        }
        pushes.values().removeIf(push -> {
            boolean gone = !push.plan().equals(send.get(push.plan().name()));
            if (gone) {
                push.close();
            }
            return gone;
        });
        for (PushPlan.Send plan : send.values()) {
            pushes.computeIfAbsent(plan.name(), name -> {
                Push push = new Push(stream, plan, loop, context, doubted);
                push.use(hub);
                return push;
            });
        }
        refusedSince.keySet().retainAll(not.keySet());
        not.keySet().forEach(name -> refusedSince.computeIfAbsent(name, key -> context.clock().instant()));
        running = Map.copyOf(pushes);
        refused = Map.copyOf(refusedSince);
        plans = List.copyOf(wanted);
        attach();
    }

    /** The stream is in this hub from now on. */
    public void use(Hub next) {
        detach();
        hub = next;
        pushes.values().forEach(push -> push.use(next));
        attach();
    }

    /** Ends all; harmless when repeated. */
    public void close() {
        configure(List.of());
        hub = null;
    }

    /** How it stands with each server, in the order of the resource. */
    public List<PushState> now() {
        List<PushState> states = new ArrayList<>();
        Map<String, Push> all = running;
        Map<String, Instant> not = refused;
        for (PushPlan plan : plans) {
            Push push = all.get(plan.name());
            if (push != null) {
                states.add(push.now());
            } else if (plan instanceof PushPlan.Refused r) {
                states.add(new PushState(r.name(), r.protocol(), r.remote(), PushState.Word.FAILED,
                        not.getOrDefault(r.name(), Instant.EPOCH), r.problem(), 0, 0));
            }
        }
        return states;
    }

    private void attach() {
        Hub at = hub;
        if (pushes.isEmpty()) {
            detach();
        } else if (attached == null && at != null) {
            attached = new Attached(at);
        }
    }

    private void detach() {
        if (attached != null) {
            attached.leave();
            attached = null;
        }
        if (seconds != null) {
            seconds.cancel(false);
            seconds = null;
        }
    }

    private void second() {
        List.copyOf(pushes.values()).forEach(Push::second);
    }

    /** Hears of a hub's chunks, and wants them. */
    private final class Attached implements ChunkListener {
        private final Hub to;
        private final Demand.Lease lease;

        Attached(Hub to) {
            this.to = to;
            to.listen(this, false);
            lease = to.demand().acquire();
            seconds = loop.scheduleWithFixedDelay(PushSet.this::second, 1, 1, TimeUnit.SECONDS);
        }

        void leave() {
            to.unlisten(this);
            lease.close();
        }

        @Override
        public void chunk(Chunk chunk) {
            pushes.values().forEach(Push::arrived);
        }

        @Override
        public void flushed() {
            List.copyOf(pushes.values()).forEach(Push::pump);
        }

        @Override
        public void interrupted() {
            pushes.values().forEach(Push::interrupted);
        }

        @Override
        public void ended() {
            if (attached == this) {
                detach();
                hub = null;
                pushes.values().forEach(push -> push.use(null));
            }
        }
    }
}
