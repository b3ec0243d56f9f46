package dev.penstock.dataplane.media.ts;

import org.jspecify.annotations.Nullable;

/** Reads the header of a PES packet (ISO/IEC 13818-1 2.4.3.6) and finds out whether a key access unit follows. */
final class PesHeader {
    private static final int CUT = -1;
    private static final long DAMAGED = -2;

    private PesHeader() {}

    /**
     * Reads a header.
     *
     * @param bytes at the first byte of the PES packet
     * @param keyFlag random_access_indicator of the transport packet
     * @return null when this is no PES header, or its times are damaged
     */
    static @Nullable PesStart read(PesCursor bytes, int pid, EsCodec codec, boolean keyFlag) {
        int prefix = bytes.read() << 16 | bytes.read() << 8 | bytes.read();
        if (prefix != 1) {
            return null;
        }
        int streamId = bytes.read();
        bytes.read();
        bytes.read();
        if (!hasFields(streamId)) {
            return new PesStart(pid, -1, -1, codec == EsCodec.AUDIO, keyFlag);
        }
        int flags1 = bytes.read();
        int flags2 = bytes.read();
        int length = bytes.read();
        if (length == CUT) {
            return new PesStart(pid, -1, -1, codec == EsCodec.AUDIO || keyFlag, keyFlag);
        }
        if ((flags1 & 0xC0) != 0x80) {
            return null;
        }
        long pts = -1;
        long dts = -1;
        int read = 0;
        if ((flags2 & 0x80) != 0) {
            pts = time(bytes);
            dts = pts;
            read = 5;
        }
        if ((flags2 & 0xC0) == 0xC0 && pts >= 0) {
            dts = time(bytes);
            read = 10;
        }
        if (read > length || pts == DAMAGED || dts == DAMAGED) {
            return null;
        }
        while (read < length && bytes.read() != CUT) {
            read++;
        }
        return new PesStart(pid, pts, dts, KeyFinder.isKey(codec, bytes, keyFlag), keyFlag);
    }

    /** 33 bits in five bytes with marker bits; -1 when the buffer ends, -2 when a marker is missing. */
    private static long time(PesCursor bytes) {
        int a = bytes.read();
        int b = bytes.read();
        int c = bytes.read();
        int d = bytes.read();
        int e = bytes.read();
        if (e == CUT) {
            return -1;
        }
        if ((a & c & e & 1) == 0) {
            return DAMAGED;
        }
        return (long) (a & 0x0E) << 29 | b << 22 | (c & 0xFE) << 14 | d << 7 | e >> 1;
    }

    /** Stream ids without flags and times: maps, padding, private_stream_2, ECM, EMM, DSM-CC, directory, H.222.1 type E. */
    static boolean hasFields(int streamId) {
        return switch (streamId) {
            case 0xBC, 0xBE, 0xBF, 0xF0, 0xF1, 0xF2, 0xF8, 0xFF -> false;
            default -> true;
        };
    }
}
