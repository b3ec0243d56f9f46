package dev.penstock.dataplane.app;

import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import dev.penstock.dataplane.hub.Chunk;
import dev.penstock.dataplane.hub.ChunkRing;
import dev.penstock.dataplane.hub.Hub;
import dev.penstock.dataplane.media.ts.Psi;
import dev.penstock.dataplane.media.ts.PsiWriter;
import dev.penstock.dataplane.trickplay.Keyframes;

/** Key access units out of the ring of a hub. */
final class HubKeyframes implements Keyframes {
    /** Larger access units are left out. */
    private static final int MAX_BYTES = 8 * 1024 * 1024;

    private final Hub hub;

    HubKeyframes(Hub hub) {
        this.hub = hub;
    }

    @Override
    public void touch() {
        hub.demand().touch();
    }

    @Override
    public void newest(Consumer<Optional<ByteBuf>> taker) {
        try {
            hub.executor().execute(() -> taker.accept(newest(hub.ring())));
        } catch (RejectedExecutionException e) {
            // The process ends.
            taker.accept(Optional.empty());
        }
    }

    /** The newest whose end is there: the next access unit of its PID has begun. */
    private static Optional<ByteBuf> newest(ChunkRing ring) {
        for (long at = ring.newestKey(); at >= ring.first(); at--) {
            Chunk chunk = ring.get(at);
            Psi psi = chunk == null || !chunk.key() ? null : chunk.psi();
            if (psi != null) {
                long end = end(ring, at, psi.leadPid());
                if (end >= 0) {
                    return Optional.of(copy(ring, at, end, psi));
                }
            }
        }
        return Optional.empty();
    }

    /** Sequence behind the chunk in which the next access unit begins; -1 when it is not there, or too far away. */
    private static long end(ChunkRing ring, long key, int pid) {
        long bytes = 0;
        for (long at = key; at < ring.next() && bytes <= MAX_BYTES; at++) {
            Chunk chunk = ring.get(at);
            if (chunk == null) {
                return -1;
            }
            bytes += chunk.bytes();
            boolean next = chunk.marks().stream().anyMatch(mark -> mark.pes().pid() == pid && mark.offset() > 0)
                    || (at > key && chunk.marks().stream().anyMatch(mark -> mark.pes().pid() == pid));
            if (next) {
                return at + 1;
            }
        }
        return -1;
    }

    private static ByteBuf copy(ChunkRing ring, long from, long to, Psi psi) {
        ByteBuf packets = ByteBufAllocator.DEFAULT.buffer();
        PsiWriter.write(packets, psi, 0, 0);
        for (long at = from; at < to; at++) {
            ByteBuf data = ring.get(at).data();
            packets.writeBytes(data, data.readerIndex(), data.readableBytes());
        }
        return packets;
    }
}
