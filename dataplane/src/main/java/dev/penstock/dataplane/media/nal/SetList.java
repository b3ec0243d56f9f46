package dev.penstock.dataplane.media.nal;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** Parameter sets of one kind by their id; a newer one takes the place of the older. One owner. */
final class SetList {
    private static final int MAX_SETS = 32;
    private static final int MAX_BYTES = 4096;

    private final SortedMap<Integer, byte[]> sets = new TreeMap<>();

    /**
     * Learns a set.
     *
     * @return true when it is new or differs
     */
    boolean put(int id, ByteBuf buf, int at, int end) {
        byte[] known = sets.get(id);
        boolean fits = end - at <= MAX_BYTES && (known != null || sets.size() < MAX_SETS);
        if (!fits || (known != null && equal(known, buf, at, end))) {
            return false;
        }
        sets.put(id, ByteBufUtil.getBytes(buf, at, end - at));
        return true;
    }

    List<byte[]> all() {
        return List.copyOf(sets.values());
    }

    private static boolean equal(byte[] known, ByteBuf buf, int at, int end) {
        if (known.length != end - at) {
            return false;
        }
        for (int i = 0; i < known.length; i++) {
            if (known[i] != buf.getByte(at + i)) {
                return false;
            }
        }
        return true;
    }
}
