package dev.penstock.bench;

import java.util.Arrays;

import io.netty.buffer.ByteBuf;

/** Follows one viewer's transport stream: bytes cut anywhere, packets of 188 bytes, continuity counters per PID. */
final class ContinuityCheck {
    private static final int SIZE = 188;
    private static final int HEAD = 6;

    private final byte[] last = new byte[8192];
    private final byte[] head = new byte[HEAD];
    private int at;
    private long packets;
    private long jumps;
    private long announced;
    private long unaligned;

    ContinuityCheck() {
        Arrays.fill(last, (byte) -1);
    }

    /** Looks at the bytes; the buffer's indices stay. */
    void accept(ByteBuf bytes) {
        int i = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (i < end) {
            if (at < HEAD) {
                head[at++] = bytes.getByte(i++);
                if (at == HEAD) {
                    packet();
                }
            } else {
                int skip = Math.min(SIZE - at, end - i);
                at += skip;
                i += skip;
                if (at == SIZE) {
                    at = 0;
                }
            }
        }
    }

    private void packet() {
        packets++;
        if (head[0] != 0x47) {
            unaligned++;
            return;
        }
        int pid = (head[1] & 0x1F) << 8 | (head[2] & 0xFF);
        boolean payload = (head[3] & 0x10) != 0;
        boolean adaptation = (head[3] & 0x20) != 0 && head[4] != 0;
        boolean discontinuity = adaptation && (head[5] & 0x80) != 0;
        int counter = head[3] & 0x0F;
        if (pid != 0x1FFF && last[pid] >= 0) {
            int expected = payload ? (last[pid] + 1) & 0x0F : last[pid];
            if (discontinuity) {
                announced++;
            } else if (counter != expected && counter != last[pid]) {
                jumps++;
            }
        }
        last[pid] = (byte) counter;
    }

    /** Packets seen. */
    long packets() {
        return packets;
    }

    /** Continuity counters that jumped without an announcement. */
    long jumps() {
        return jumps;
    }

    /** Announced discontinuities. */
    long announced() {
        return announced;
    }

    /** Packets that did not start with 0x47. */
    long unaligned() {
        return unaligned;
    }
}
