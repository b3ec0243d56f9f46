package dev.penstock.dataplane.media.ts;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Puts together the PES packets of one PID (ISO/IEC 13818-1 2.4.3.6). One is handed over when it has the length that its header says,
 * or, when that says none, when the next begins. Holds at most one, of 8 MiB; a larger or damaged one is dropped. One owner.
 */
final class PesAssembler {
    /** Largest PES packet, bytes. */
    static final int MAX_BYTES = 8 * 1024 * 1024;
    private static final int PLAIN_HEADER = 6;
    private static final int FIELDS_HEADER = 9;

    private final int pid;
    private final EsReader reader;
    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf bytes;
    private @Nullable PesStart start;
    private int counter = -1;
    private boolean repeated;
    private int lastBytes = 4096;

    PesAssembler(int pid, EsReader reader, ByteBufAllocator allocator) {
        this.pid = pid;
        this.reader = reader;
        this.allocator = allocator;
    }

    int pid() {
        return pid;
    }

    EsReader reader() {
        return reader;
    }

    /**
     * Takes a packet of the PID.
     *
     * @param buf read by absolute index
     * @param at first byte of the packet
     * @param begins header of the PES packet that begins in it; null when none does, or it is damaged
     */
    void packet(ByteBuf buf, int at, @Nullable PesStart begins) {
        if (!TsPacket.hasPayload(buf, at)) {
            return;
        }
        int now = TsPacket.continuityCounter(buf, at);
        boolean same = now == counter;
        if (same && !repeated) {
            repeated = true;
            return;
        }
        boolean expected = counter < 0 || now == (counter + 1 & 0x0F);
        counter = now;
        repeated = false;
        if (!expected || TsPacket.scrambling(buf, at) != 0) {
            cut();
        }
        if (TsPacket.payloadUnitStart(buf, at)) {
            end();
            start = begins;
            bytes = begins == null ? null : allocator.buffer(lastBytes);
        }
        ByteBuf sum = bytes;
        if (sum == null || TsPacket.scrambling(buf, at) != 0) {
            return;
        }
        int from = at + TsPacket.payloadOffset(buf, at);
        int whole = whole(sum);
        int room = whole < 0 ? MAX_BYTES - sum.readableBytes() : whole - sum.readableBytes();
        int length = at + TsPacket.SIZE - from;
        if (whole < 0 && length > room) {
            drop();
            reader.lost();
            return;
        }
        sum.writeBytes(buf, from, Math.min(length, room));
        if (isWhole(sum)) {
            end();
        }
    }

    /** Bytes that the header says, -1 when it does not. */
    private static int whole(ByteBuf sum) {
        int at = sum.readerIndex();
        int told = sum.readableBytes() < PLAIN_HEADER ? 0 : sum.getUnsignedShort(at + 4);
        return told == 0 ? -1 : PLAIN_HEADER + told;
    }

    private static boolean isWhole(ByteBuf sum) {
        int whole = whole(sum);
        return whole >= 0 && sum.readableBytes() >= whole;
    }

    /** Bytes are missing: what is there is used when its beginning is of use. */
    private void cut() {
        if (reader.takesCut()) {
            end();
            reader.lost();
        } else if (bytes != null) {
            drop();
            reader.lost();
        }
    }

    /** The PES packet ends here: hands it over. */
    void end() {
        ByteBuf sum = bytes;
        PesStart pes = start;
        bytes = null;
        start = null;
        if (sum == null || pes == null) {
            return;
        }
        try {
            lastBytes = Math.max(256, sum.readableBytes());
            int end = isWhole(sum) ? sum.readerIndex() + whole(sum) : sum.writerIndex();
            int from = sum.readerIndex() + header(sum);
            if (from < end) {
                reader.pes(sum, from, end, pes);
            }
        } finally {
            sum.release();
        }
    }

    private static int header(ByteBuf sum) {
        int at = sum.readerIndex();
        if (sum.readableBytes() < FIELDS_HEADER || !PesHeader.hasFields(sum.getUnsignedByte(at + 3))) {
            return PLAIN_HEADER;
        }
        return FIELDS_HEADER + sum.getUnsignedByte(at + 8);
    }

    /** What follows is not continuous; what is not whole is dropped. */
    void reset() {
        drop();
        counter = -1;
        repeated = false;
        reader.reset();
    }

    private void drop() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
            start = null;
        }
    }

    /** Releases what is held. */
    void close() {
        drop();
        reader.close();
    }
}
