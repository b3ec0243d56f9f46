package dev.penstock.wire;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Which partition of the ring a stream belongs to: the same for every pool, for ever, so nothing is ever renumbered. HAProxy
 * computes it too: {@code path,field(3,/,2),crc32,mod(4096)}.
 */
public final class Partitions {
    /** How many there are. */
    public static final int COUNT = 4096;

    private Partitions() {}

    /** The partition of a stream, 0 to 4095: IEEE CRC-32 of {@code namespace/name} modulo 4096. */
    public static int of(String namespace, String name) {
        CRC32 crc = new CRC32();
        crc.update((namespace + '/' + name).getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % COUNT);
    }
}
