package dev.penstock.dataplane.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.access.Admission.Limit;
import dev.penstock.dataplane.access.Admission.Seat;
import dev.penstock.dataplane.access.Admission.TurnedAway;
import dev.penstock.dataplane.access.Admission.Welcome;

/**
 * Who watches what, and whether one more may. A viewer is a connection that is fed without an end, or a player that asks for
 * playlists and segments: one address and User-Agent, for a minute after its last request. Who is in stays in. At most
 * {@value #MOST_PLAYERS} players are told apart; beyond, those of streams without limits are let in uncounted, all others are
 * turned away. Any thread: the book has one lock, which a player that is known does not take.
 */
public final class ViewerBook {
    /** Players that are told apart, of all streams. */
    static final int MOST_PLAYERS = 100_000;
    /** How long a player is remembered. */
    static final long PLAYER_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanos;
    private final LimitMetrics metrics;
    private final LoadListener listener;
    private final Object lock = new Object();
    private final ViewerCount pod = new ViewerCount();
    private final Map<String, Room> rooms = new ConcurrentHashMap<>();
    private int players;
    private long sweptNanos;

    /** Hears how the load changes; called with the book locked, so it must be quick. */
    @FunctionalInterface
    public interface LoadListener {
        /**
         * The load of a stream or of the pod is another one now.
         *
         * @param stream {@code ns/name}; null for the pod
         * @param viewers how many there are
         */
        void changed(@Nullable String stream, Load load, int viewers);
    }

    private record Player(String address, int agent) {}

    /** What is known of one stream. */
    private static final class Room {
        private final ViewerCount count = new ViewerCount();
        /** When each was seen last. */
        private final Map<Player, AtomicLong> players = new ConcurrentHashMap<>();
    }

    /**
     * @param nanos time in nanoseconds from any beginning
     * @param listener hears how the load changes
     */
    public ViewerBook(LongSupplier nanos, LimitMetrics metrics, LoadListener listener) {
        this.nanos = nanos;
        this.metrics = metrics;
        this.listener = listener;
        sweptNanos = nanos.getAsLong();
    }

    /** A stream is served here, within limits. */
    public void open(String stream, Limits limits) {
        synchronized (lock) {
            Room room = rooms.computeIfAbsent(stream, key -> new Room());
            weighed(room.count.limit(limits), stream, room.count);
        }
    }

    /** A stream is not served here any more; its connections give their seats back when they end. */
    public void remove(String stream) {
        synchronized (lock) {
            Room room = rooms.remove(stream);
            if (room == null) {
                return;
            }
            if (room.count.isFull()) {
                metrics.stream(-1);
            }
            for (Player player : room.players.keySet()) {
                players--;
                metrics.players(-1);
                weighed(pod.remove(AddressGroup.of(player.address())), null, pod);
            }
        }
    }

    /** Limits of the pod, all its streams together. */
    public void limitPod(Limits limits) {
        synchronized (lock) {
            weighed(pod.limit(limits), null, pod);
        }
    }

    /**
     * A viewer wants a stream without an end.
     *
     * @param stream {@code ns/name}
     * @return a {@link Seat}, a {@link TurnedAway}, or a {@link Welcome} when the stream is not served here
     */
    public Admission connect(String stream, String address) {
        String group = AddressGroup.of(address);
        synchronized (lock) {
            Room room = rooms.get(stream);
            if (room == null) {
                return new Welcome();
            }
            TurnedAway away = shut(stream, room, group);
            if (away != null) {
                return away;
            }
            add(stream, room, group);
            metrics.connections(1);
            AtomicBoolean taken = new AtomicBoolean(true);
            return (Seat) () -> {
                if (taken.compareAndSet(true, false)) {
                    leave(stream, room, group);
                }
            };
        }
    }

    private void leave(String stream, Room room, String group) {
        synchronized (lock) {
            metrics.connections(-1);
            leaveRoom(stream, room, group);
        }
    }

    /**
     * A player asks for a playlist or a segment.
     *
     * @param stream {@code ns/name}
     * @param agent User-Agent, or empty
     * @param asks whether it only asks whether it might come (HEAD)
     */
    public Admission play(String stream, String address, String agent, boolean asks) {
        Room room = rooms.get(stream);
        if (room == null) {
            return new Welcome();
        }
        Player player = new Player(address, agent.hashCode());
        AtomicLong seen = room.players.get(player);
        long now = nanos.getAsLong();
        if (seen != null) {
            seen.setRelease(now);
            return new Welcome();
        }
        String group = AddressGroup.of(address);
        synchronized (lock) {
            if (room.players.containsKey(player) || rooms.get(stream) != room) {
                return new Welcome();
            }
            TurnedAway away = shut(stream, room, group);
            if (away != null || asks) {
                return away == null ? new Welcome() : away;
            }
            if (players >= MOST_PLAYERS) {
                return crowded(stream, room);
            }
            room.players.put(player, new AtomicLong(now));
            players++;
            metrics.players(1);
            add(stream, room, group);
            return new Welcome();
        }
    }

    private Admission crowded(String stream, Room room) {
        if (room.count.limits().equals(Limits.NONE) && pod.limits().equals(Limits.NONE)) {
            return new Welcome();
        }
        metrics.refused(Limit.MEMORY);
        return new TurnedAway(Limit.MEMORY, "stream " + stream + ": " + MOST_PLAYERS
                + " players are here already, and more cannot be counted");
    }

    private @Nullable TurnedAway shut(String stream, Room room, String group) {
        TurnedAway away = judge(stream, room, group);
        if (away != null && nanos.getAsLong() - sweptNanos >= SWEEP_NANOS) {
            sweepLocked();
            away = judge(stream, room, group);
        }
        if (away != null) {
            metrics.refused(away.limit());
        }
        return away;
    }

    private @Nullable TurnedAway judge(String stream, Room room, String group) {
        if (room.count.isShut()) {
            return new TurnedAway(Limit.STREAM, "stream " + stream + ": has " + room.count.viewers()
                    + " viewers, which is its limit (spec.limits.hardViewers)");
        }
        if (room.count.isShutTo(group)) {
            return new TurnedAway(Limit.STREAM_ADDRESS, "stream " + stream + ": has " + room.count.limits().perAddress()
                    + " viewers from your address, which is its limit (spec.limits.perAddress)");
        }
        if (pod.isShut()) {
            return new TurnedAway(Limit.POD, "this server has " + pod.viewers()
                    + " viewers, which is its limit (MediaPool spec.limits.hardViewers)");
        }
        if (pod.isShutTo(group)) {
            return new TurnedAway(Limit.POD_ADDRESS, "this server has " + pod.limits().perAddress()
                    + " viewers from your address, which is its limit (MediaPool spec.limits.perAddress)");
        }
        return null;
    }

    /** Forgets players that have not asked for anything for a minute. For a timer, every few seconds. */
    public void sweep() {
        synchronized (lock) {
            sweepLocked();
        }
    }

    private void sweepLocked() {
        long now = nanos.getAsLong();
        sweptNanos = now;
        rooms.forEach((stream, room) -> {
            List<Player> gone = new ArrayList<>();
            room.players.forEach((player, seen) -> {
                if (now - seen.getAcquire() > PLAYER_NANOS) {
                    gone.add(player);
                }
            });
            for (Player player : gone) {
                room.players.remove(player);
                players--;
                metrics.players(-1);
                leaveRoom(stream, room, AddressGroup.of(player.address()));
            }
        });
    }

    private void add(String stream, Room room, String group) {
        weighed(room.count.add(group), stream, room.count);
        weighed(pod.add(group), null, pod);
    }

    private void leaveRoom(String stream, Room room, String group) {
        boolean changed = room.count.remove(group);
        if (rooms.get(stream) == room) {
            weighed(changed, stream, room.count);
        }
        weighed(pod.remove(group), null, pod);
    }

    private void weighed(boolean changed, @Nullable String stream, ViewerCount count) {
        if (!changed) {
            return;
        }
        if (stream == null) {
            metrics.pod(count.isFull());
        } else {
            metrics.stream(count.isFull() ? 1 : -1);
        }
        listener.changed(stream, count.isFull() ? Load.FULL : Load.OK, count.viewers());
    }

    /** Viewers of a stream now. */
    public int viewers(String stream) {
        Room room = rooms.get(stream);
        return room == null ? 0 : room.count.viewers();
    }

    /** Viewers of all streams now. */
    public int viewers() {
        return pod.viewers();
    }

    /** Load of a stream; {@link Load#OK} when it is not served here. */
    public Load load(String stream) {
        Room room = rooms.get(stream);
        return room != null && room.count.isFull() ? Load.FULL : Load.OK;
    }

    /** Load of the pod. */
    public Load load() {
        return pod.isFull() ? Load.FULL : Load.OK;
    }
}
