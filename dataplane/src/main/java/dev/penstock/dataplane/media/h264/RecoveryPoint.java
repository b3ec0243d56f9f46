package dev.penstock.dataplane.media.h264;

import io.netty.buffer.ByteBuf;

/** Looks for a recovery point among the messages of an SEI NAL unit (ITU-T H.264 7.3.2.3, D.1.8). Pure. */
final class RecoveryPoint {
    private static final int RECOVERY_POINT = 6;

    private RecoveryPoint() {}

    /** Whether one is between two indices, the first behind the NAL unit's header. */
    static boolean isIn(ByteBuf data, int from, int to) {
        int at = from;
        while (at + 2 <= to) {
            int type = 0;
            while (at < to && data.getByte(at) == -1) {
                type += 255;
                at++;
            }
            type += at < to ? data.getUnsignedByte(at++) : 0;
            if (type == RECOVERY_POINT) {
                return true;
            }
            int size = 0;
            while (at < to && data.getByte(at) == -1) {
                size += 255;
                at++;
            }
            size += at < to ? data.getUnsignedByte(at++) : 0;
            at = skip(data, at, to, size);
        }
        return false;
    }

    /** Index behind a number of payload bytes and the emulation prevention bytes among them. */
    private static int skip(ByteBuf data, int from, int to, int size) {
        int zeros = 0;
        int at = from;
        for (int left = size; left > 0 && at < to; at++) {
            int value = data.getByte(at);
            if (zeros >= 2 && value == 3) {
                zeros = 0;
            } else {
                zeros = value == 0 ? zeros + 1 : 0;
                left--;
            }
        }
        return at;
    }
}
