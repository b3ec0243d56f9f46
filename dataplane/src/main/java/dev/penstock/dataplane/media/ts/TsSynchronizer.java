package dev.penstock.dataplane.media.ts;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Finds the packets in bytes that are cut anywhere. Packets of 188 bytes pass; of 192 (M2TS: four bytes before each) and 204
 * (sixteen bytes of parity behind each) the surplus is dropped.
 *
 * <p>In sync means: five bytes 0x47 at the packets' distance; at the end of the input as many as fit. Each packet is checked; the
 * first that does not start with 0x47 starts a new search at its own first byte. Bounded: at most 1,024 bytes are kept between
 * calls. Input that is aligned passes without a copy, but for a packet that lies across two inputs.
 *
 * <p>Mutable, one owner: the thread that calls {@link #feed}.
 */
public final class TsSynchronizer {
    /** Bytes of an output buffer at most: whole packets within 64 KiB. */
    public static final int MAX_OUTPUT = 65_536 / TsPacket.SIZE * TsPacket.SIZE;

    private static final int[] STRIDES = {188, 192, 204};
    private static final int CHECKS = 5;
    private static final long REPORT_EVERY = 1 << 20;

    private static final int NOT_HERE = 0;
    private static final int UNDECIDED = -1;

    /** Takes what was found. */
    public interface Output {
        /**
         * Packets in the order of the input.
         *
         * @param packets whole packets of 188 bytes, at most {@link #MAX_OUTPUT}; the receiver owns the buffer and may write into
         *     its readable bytes
         */
        void packets(ByteBuf packets);

        /**
         * Bytes were dropped that belong to no packet: told when packets were found again, at the end, and once per MiB.
         *
         * @param bytes how many, at least 1
         */
        void skipped(long bytes);
    }

    private final Output output;
    private final byte[] carry = new byte[TsPacket.SIZE];
    private int carried;
    private int stride;
    private int gap;
    private ByteBuf pending = Unpooled.EMPTY_BUFFER;
    private long skipped;

    /**
     * @param output takes packets, during {@link #feed} and {@link #end}
     */
    public TsSynchronizer(Output output) {
        this.output = output;
    }

    /**
     * Takes bytes.
     *
     * @param bytes cut anywhere; this call takes ownership, and nobody else may hold the buffer
     */
    public void feed(ByteBuf bytes) {
        ByteBuf in = bytes;
        if (pending.isReadable()) {
            in = bytes.alloc().buffer(pending.readableBytes() + bytes.readableBytes()).writeBytes(pending)
                    .writeBytes(bytes);
            bytes.release();
            dropPending();
        }
        run(in, false);
    }

    /** The input has ended: what is left is searched once more, the rest is dropped. The next input starts anew. */
    public void end() {
        ByteBuf rest = pending;
        pending = Unpooled.EMPTY_BUFFER;
        run(rest, true);
        skip(carried);
        report();
        reset();
    }

    /** Drops everything: another input follows. */
    public void reset() {
        dropPending();
        carried = 0;
        stride = 0;
        gap = 0;
        skipped = 0;
    }

    private void dropPending() {
        pending.release();
        pending = Unpooled.EMPTY_BUFFER;
    }

    private void run(ByteBuf in, boolean last) {
        try {
            while (in.isReadable()) {
                if (stride == 0 && !search(in, last)) {
                    return;
                }
                locked(in);
            }
        } finally {
            in.release();
        }
    }

    /** Reads up to the first packet; false when none was found, with what may still become one in {@link #pending}. */
    private boolean search(ByteBuf in, boolean last) {
        int end = in.writerIndex();
        int at = in.readerIndex();
        while (at < end) {
            int found = in.getByte(at) == TsPacket.SYNC ? strideAt(in, at, last) : NOT_HERE;
            if (found != NOT_HERE) {
                skip(at - in.readerIndex());
                in.readerIndex(at);
                if (found == UNDECIDED) {
                    pending = in.readBytes(in.readableBytes());
                    return false;
                }
                report();
                stride = found;
                return true;
            }
            at++;
        }
        skip(in.readableBytes());
        in.readerIndex(end);
        return false;
    }

    private static int strideAt(ByteBuf in, int at, boolean last) {
        int end = in.writerIndex();
        boolean undecided = false;
        for (int candidate : STRIDES) {
            int checks = Math.min(CHECKS, 1 + (end - 1 - at) / candidate);
            int good = 1;
            while (good < checks && in.getByte(at + good * candidate) == TsPacket.SYNC) {
                good++;
            }
            if (good == CHECKS || (last && good == checks && at + TsPacket.SIZE <= end)) {
                return candidate;
            }
            undecided |= good == checks;
        }
        return undecided && !last ? UNDECIDED : NOT_HERE;
    }

    private void locked(ByteBuf in) {
        while (in.isReadable()) {
            int step = Math.min(gap, in.readableBytes());
            in.skipBytes(step);
            gap -= step;
            if (carried > 0) {
                fillCarry(in);
            } else if (in.isReadable()) {
                if (in.getByte(in.readerIndex()) != TsPacket.SYNC) {
                    stride = 0;
                    return;
                }
                if (in.readableBytes() < TsPacket.SIZE) {
                    fillCarry(in);
                } else if (stride == TsPacket.SIZE) {
                    passRun(in);
                } else {
                    copyRun(in);
                }
            }
        }
    }

    private void fillCarry(ByteBuf in) {
        int bytes = Math.min(TsPacket.SIZE - carried, in.readableBytes());
        in.readBytes(carry, carried, bytes);
        carried += bytes;
        if (carried == TsPacket.SIZE) {
            carried = 0;
            gap = stride - TsPacket.SIZE;
            output.packets(in.alloc().buffer(TsPacket.SIZE).writeBytes(carry));
        }
    }

    private void passRun(ByteBuf in) {
        int bytes = TsPacket.SIZE;
        int most = Math.min(MAX_OUTPUT, in.readableBytes() / TsPacket.SIZE * TsPacket.SIZE);
        while (bytes < most && in.getByte(in.readerIndex() + bytes) == TsPacket.SYNC) {
            bytes += TsPacket.SIZE;
        }
        output.packets(in.readRetainedSlice(bytes));
    }

    private void copyRun(ByteBuf in) {
        int most = Math.min(MAX_OUTPUT / TsPacket.SIZE, 1 + (in.readableBytes() - TsPacket.SIZE) / stride);
        ByteBuf out = in.alloc().buffer(most * TsPacket.SIZE);
        int packets = 0;
        while (packets < most && in.getByte(in.readerIndex()) == TsPacket.SYNC) {
            out.writeBytes(in, TsPacket.SIZE);
            packets++;
            gap = Math.max(0, stride - TsPacket.SIZE - in.readableBytes());
            in.skipBytes(stride - TsPacket.SIZE - gap);
        }
        output.packets(out);
    }

    private void skip(int bytes) {
        skipped += bytes;
        if (skipped >= REPORT_EVERY) {
            report();
        }
    }

    private void report() {
        if (skipped > 0) {
            long bytes = skipped;
            skipped = 0;
            output.skipped(bytes);
        }
    }
}
