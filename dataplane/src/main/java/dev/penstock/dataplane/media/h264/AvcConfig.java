package dev.penstock.dataplane.media.h264;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.media.NalUnits;

/**
 * An AVCDecoderConfigurationRecord (ISO/IEC 14496-15 5.3.3.1), as far as it is needed: what profiles above Main add behind the
 * parameter sets is read over and not written.
 *
 * @param profile AVCProfileIndication
 * @param compatibility profile_compatibility
 * @param level AVCLevelIndication
 * @param lengthSize bytes of the length before each NAL unit of the source it comes from: 1, 2 or 4; access units behind
 *     {@link dev.penstock.dataplane.media.SampleSink} always have 4
 * @param sps sequence parameter sets: NAL units with their header; at least one
 * @param pps picture parameter sets; at least one
 */
public record AvcConfig(int profile, int compatibility, int level, int lengthSize, List<byte[]> sps, List<byte[]> pps) {
    private static final int IDR = 5;
    private static final int SEI = 6;
    private static final int SPS = 7;
    private static final int PPS = 8;
    private static final int MAX_SPS = 31;
    private static final int MAX_PPS = 255;

    /**
     * Reads a record.
     *
     * @return empty when it is damaged, of another version or without SPS or PPS
     */
    public static Optional<AvcConfig> parse(byte[] record) {
        if (record.length < 7 || record[0] != 1 || (record[4] & 3) == 2) {
            return Optional.empty();
        }
        List<byte[]> sps = new ArrayList<>();
        List<byte[]> pps = new ArrayList<>();
        int at = sets(record, 6, record[5] & 0x1F, SPS, sps);
        if (at < 0 || at >= record.length || sets(record, at + 1, record[at] & 0xFF, PPS, pps) < 0) {
            return Optional.empty();
        }
        if (sps.isEmpty() || pps.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new AvcConfig(record[1] & 0xFF, record[2] & 0xFF, record[3] & 0xFF, (record[4] & 3) + 1,
                List.copyOf(sps), List.copyOf(pps)));
    }

    /**
     * From parameter sets that came in band or in SDP.
     *
     * @param sps NAL units with their header
     * @param pps NAL units with their header
     * @return empty when there is no SPS, no PPS, too many of either, or one that is no such NAL unit
     */
    public static Optional<AvcConfig> of(List<byte[]> sps, List<byte[]> pps) {
        boolean fits = !sps.isEmpty() && sps.size() <= MAX_SPS && !pps.isEmpty() && pps.size() <= MAX_PPS;
        if (!fits || !sps.stream().allMatch(s -> isSet(s, SPS)) || !pps.stream().allMatch(p -> isSet(p, PPS))) {
            return Optional.empty();
        }
        byte[] first = sps.getFirst();
        return Optional.of(new AvcConfig(first[1] & 0xFF, first[2] & 0xFF, first[3] & 0xFF, NalUnits.PREFIX,
                List.copyOf(sps), List.copyOf(pps)));
    }

    /**
     * From the parameter sets in an access unit, whatever else it holds.
     *
     * @param data NAL units behind lengths of 4 bytes
     * @return empty when SPS or PPS is missing
     */
    public static Optional<AvcConfig> inBand(ByteBuf data) {
        List<byte[]> sps = new ArrayList<>();
        List<byte[]> pps = new ArrayList<>();
        int end = data.writerIndex();
        int length;
        for (int at = data.readerIndex(); (length = NalUnits.length(data, at, end)) >= 0; at += NalUnits.PREFIX
                + length) {
            int type = length == 0 ? 0 : data.getByte(at + NalUnits.PREFIX) & 0x1F;
            if (type == SPS || type == PPS) {
                byte[] set = new byte[length];
                data.getBytes(at + NalUnits.PREFIX, set);
                (type == SPS ? sps : pps).add(set);
            }
        }
        return of(sps, pps);
    }

    /** The record, with lengths of 4 bytes. */
    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[]{1, (byte) profile, (byte) compatibility, (byte) level, (byte) 0xFF});
        out.write(0xE0 | sps.size());
        write(out, sps);
        out.write(pps.size());
        write(out, pps);
        return out.toByteArray();
    }

    /** What the first SPS says; empty when it is damaged. */
    public Optional<H264Sps> shape() {
        return H264Sps.parse(sps.getFirst());
    }

    /**
     * Whether decoding can start at an access unit: its first slice is of an IDR picture, or a recovery point SEI message (ITU-T
     * H.264 D.1.8) stands before it.
     *
     * @param data NAL units behind lengths of 4 bytes
     */
    public static boolean isKey(ByteBuf data) {
        boolean recovery = false;
        int end = data.writerIndex();
        int length;
        for (int at = data.readerIndex(); (length = NalUnits.length(data, at, end)) >= 0; at += NalUnits.PREFIX
                + length) {
            int type = length == 0 ? 0 : data.getByte(at + NalUnits.PREFIX) & 0x1F;
            if (type >= 1 && type <= IDR) {
                return type == IDR || recovery;
            }
            recovery |= type == SEI
                    && RecoveryPoint.isIn(data, at + NalUnits.PREFIX + 1, at + NalUnits.PREFIX + length);
        }
        return false;
    }

    private static boolean isSet(byte[] nal, int type) {
        return nal.length >= (type == SPS ? 4 : 2) && nal.length <= 0xFFFF && (nal[0] & 0x1F) == type;
    }

    private static void write(ByteArrayOutputStream out, List<byte[]> sets) {
        for (byte[] set : sets) {
            out.write(set.length >> 8);
            out.write(set.length);
            out.writeBytes(set);
        }
    }

    /** Reads sets of one type; index behind them, or -1 when they do not fit. Sets of another type are left out. */
    private static int sets(byte[] record, int from, int count, int type, List<byte[]> into) {
        int at = from;
        for (int i = 0; i < count; i++) {
            if (at + 2 > record.length) {
                return -1;
            }
            int length = (record[at] & 0xFF) << 8 | (record[at + 1] & 0xFF);
            at += 2;
            if (length > record.length - at) {
                return -1;
            }
            byte[] set = new byte[length];
            System.arraycopy(record, at, set, 0, length);
            if (isSet(set, type)) {
                into.add(set);
            }
            at += length;
        }
        return at;
    }
}
