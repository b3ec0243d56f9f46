package dev.penstock.dataplane.segment;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.hub.Chunk;
import dev.penstock.dataplane.media.ts.Psi;
import dev.penstock.dataplane.media.ts.TsPacket;

/**
 * Gives each packet to the segment that it belongs to. After a cut a PID stays with the earlier segment until its next PES
 * packet starts, so PES packets stay whole; at the start of a run a PID's packets are dropped until then. The source's
 * tables belong to no segment. One thread.
 */
final class PacketRouter {
    /** Segments that wait for PES packets begun in them, at most: after that the oldest is given up waiting for. */
    private static final int MAX_CLOSING = 4;

    private final Deque<OpenSegment> closing = new ArrayDeque<>();
    /** PIDs that do not belong to the segment under way, and where they belong. */
    private final Map<Integer, OpenSegment> owners = new HashMap<>();
    /** PIDs whose packets belong nowhere. */
    private final Set<Integer> dropped = new HashSet<>();
    private final Set<Integer> seen = new HashSet<>();
    private @Nullable OpenSegment current;
    private @Nullable Chunk chunk;
    private int routed;

    /** The segment under way, null between runs. */
    @Nullable
    OpenSegment current() {
        return current;
    }

    /** Whether an ended segment still waits for packets. */
    boolean closing() {
        return !closing.isEmpty();
    }

    /** Takes a chunk at hand; valid until its last packet was routed. */
    void chunk(Chunk next) {
        chunk = next;
        routed = 0;
    }

    /** A PES packet of a PID that does not decide on cuts starts at an offset. */
    void pes(int pid, int offset) {
        if (owners.containsKey(pid) || dropped.contains(pid)) {
            to(offset);
            owners.remove(pid);
            dropped.remove(pid);
        }
        seen.add(pid);
    }

    /** A segment begins with the next packet. */
    void open(OpenSegment segment, Psi psi) {
        if (current == null && closing.isEmpty()) {
            psi.streams().stream().map(Psi.EsInfo::pid).filter(pid -> pid != psi.leadPid()).forEach(dropped::add);
        }
        current = segment;
        seen.clear();
    }

    /** The segment under way gets no further packets but those of PES packets begun in it. */
    void close(Psi psi) {
        OpenSegment ended = Objects.requireNonNull(current);
        for (Psi.EsInfo es : psi.streams()) {
            if (es.pid() != psi.leadPid() && seen.contains(es.pid())) {
                owners.putIfAbsent(es.pid(), ended);
            }
        }
        closing.add(ended);
        current = null;
        if (closing.size() > MAX_CLOSING) {
            owners.values().removeAll(List.of(closing.getFirst()));
        }
    }

    /** Waits no longer for PES packets begun in ended segments. */
    void giveUpWaiting() {
        owners.clear();
    }

    /** Ends the run: ended segments wait no longer, what follows belongs nowhere. */
    void interrupt() {
        if (current != null) {
            closing.add(current);
            current = null;
        }
        owners.clear();
        dropped.clear();
    }

    /** Takes out the oldest ended segment if no PID belongs to it any more. */
    @Nullable
    OpenSegment pollFinished() {
        return closing.isEmpty() || owners.containsValue(closing.peek()) ? null : closing.poll();
    }

    /** Routes the packets of the chunk at hand up to an offset. */
    void to(int end) {
        Chunk at = Objects.requireNonNull(chunk);
        for (int n = 0; n < at.tableCount() && at.tableOffset(n) < end; n++) {
            int table = at.tableOffset(n);
            if (table >= routed) {
                media(at, routed, table);
                routed = table + TsPacket.SIZE;
            }
        }
        media(at, routed, end);
        routed = Math.max(routed, end);
    }

    private void media(Chunk at, int from, int end) {
        if (owners.isEmpty() && dropped.isEmpty()) {
            give(at, from, end, current);
            return;
        }
        int runStart = from;
        OpenSegment taker = null;
        for (int packet = from; packet < end; packet += TsPacket.SIZE) {
            OpenSegment owner = owner(TsPacket.pid(at.data(), at.data().readerIndex() + packet));
            if (owner != taker) {
                give(at, runStart, packet, taker);
                runStart = packet;
                taker = owner;
            }
        }
        give(at, runStart, end, taker);
    }

    private @Nullable OpenSegment owner(int pid) {
        return dropped.contains(pid) ? null : owners.getOrDefault(pid, current);
    }

    private static void give(Chunk at, int from, int end, @Nullable OpenSegment taker) {
        if (taker != null) {
            taker.add(at, from, end);
        }
    }
}
