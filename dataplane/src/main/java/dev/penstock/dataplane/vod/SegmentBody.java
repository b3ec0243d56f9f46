package dev.penstock.dataplane.vod;

import java.io.IOException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import dev.penstock.dataplane.http.PulledBody;
import dev.penstock.dataplane.vod.title.SegmentPlan;

/**
 * The bytes of a segment: its head, then its samples as they lie in the file. Runs that are near each other are read at once and packed.
 * One read at a time.
 */
final class SegmentBody implements PulledBody {
    private static final int MOST_COVERED = 1 << 20;

    private final OpenTitle title;
    private final SegmentPlan plan;
    private final ByteBufAllocator allocator;

    /**
     * @param title retained for this, which releases it
     * @param plan its head is released by this
     */
    SegmentBody(OpenTitle title, SegmentPlan plan, ByteBufAllocator allocator) {
        this.title = title;
        this.plan = plan;
        this.allocator = allocator;
    }

    @Override
    public long size() {
        return plan.head().readableBytes() + plan.mediaBytes();
    }

    @Override
    public ByteBuf read(long offset, int most) throws IOException {
        int head = plan.head().readableBytes();
        if (offset < head) {
            return plan.head().retainedSlice((int) offset, (int) Math.min(most, head - offset));
        }
        long media = offset - head;
        int length = (int) Math.min(most, plan.mediaBytes() - media);
        ByteBuf out = allocator.directBuffer(length, length);
        try {
            while (out.readableBytes() < length) {
                cover(media + out.readableBytes(), out);
            }
        } catch (IOException | RuntimeException e) {
            out.release();
            throw e;
        }
        return out;
    }

    /** Adds what one read of the file brings. */
    private void cover(long media, ByteBuf out) throws IOException {
        int first = plan.runAt(media);
        long from = plan.offsets()[first] + media - plan.before()[first];
        long to = from + Math.min(out.writableBytes(), plan.before()[first + 1] - media);
        int left = out.writableBytes() - (int) (to - from);
        int last = first;
        while (left > 0 && last + 1 < plan.offsets().length) {
            long next = plan.offsets()[last + 1];
            int take = (int) Math.min(left, plan.before()[last + 2] - plan.before()[last + 1]);
            if (next < to || next - to > title.file().gapBytes() || next + take - from > MOST_COVERED) {
                break;
            }
            to = next + take;
            left -= take;
            last++;
        }
        if (last == first) {
            title.file().read(from, (int) (to - from), out);
            return;
        }
        int covered = (int) (to - from);
        ByteBuf all = allocator.directBuffer(covered, covered);
        try {
            title.file().read(from, covered, all);
            long at = from;
            for (int run = first; run <= last; run++) {
                long end = Math.min(to, plan.offsets()[run] + plan.before()[run + 1] - plan.before()[run]);
                out.writeBytes(all, (int) (at - from), (int) (end - at));
                at = run < last ? plan.offsets()[run + 1] : end;
            }
        } finally {
            all.release();
        }
    }

    @Override
    public void close() {
        plan.head().release();
        title.release();
    }
}
