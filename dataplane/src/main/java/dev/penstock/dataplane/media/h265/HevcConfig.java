package dev.penstock.dataplane.media.h265;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.media.NalUnits;

/**
 * An HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 8.3.3.1).
 *
 * @param header its first 22 bytes, up to lengthSizeMinusOne, which says 4 bytes; not changed by anybody
 * @param lengthSize bytes of the length before each NAL unit of the source it comes from: 1, 2 or 4; access units behind
 *     {@link dev.penstock.dataplane.media.SampleSink} always have 4
 * @param vps video parameter sets: NAL units with their header; at least one
 * @param sps sequence parameter sets; at least one
 * @param pps picture parameter sets; at least one
 */
public record HevcConfig(byte[] header, int lengthSize, List<byte[]> vps, List<byte[]> sps, List<byte[]> pps) {
    private static final int FIRST_IRAP = 16;
    private static final int LAST_IRAP = 21;
    private static final int LAST_VCL = 31;
    private static final int VPS = 32;
    private static final int PPS = 34;
    private static final int HEADER = 22;
    private static final int MAX_SETS = 255;

    /**
     * Reads a record. Arrays of other NAL units than parameter sets are left out.
     *
     * @return empty when it is damaged, of another version or without VPS, SPS or PPS
     */
    public static Optional<HevcConfig> parse(byte[] record) {
        // Version 0 was written by encoders before the standard was final.
        if (record.length < HEADER + 1 || (record[0] != 1 && record[0] != 0) || (record[21] & 3) == 2) {
            return Optional.empty();
        }
        List<List<byte[]>> sets = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        int at = HEADER + 1;
        for (int array = record[HEADER] & 0xFF; array > 0; array--) {
            at = array(record, at, sets);
            if (at < 0) {
                return Optional.empty();
            }
        }
        byte[] header = Arrays.copyOf(record, HEADER);
        header[0] = 1;
        header[21] |= 3;
        return make(header, (record[21] & 3) + 1, sets);
    }

    /**
     * From parameter sets that came in band or in SDP.
     *
     * @param vps NAL units with their header
     * @param sps NAL units with their header
     * @param pps NAL units with their header
     * @return empty when a kind is missing, there are too many of one, or one is no such NAL unit or damaged
     */
    public static Optional<HevcConfig> of(List<byte[]> vps, List<byte[]> sps, List<byte[]> pps) {
        return sps.isEmpty()
                ? Optional.empty()
                : HevcHeader.of(sps.getFirst()).flatMap(h -> make(h, NalUnits.PREFIX, List.of(vps, sps, pps)));
    }

    /**
     * From the parameter sets in an access unit, whatever else it holds.
     *
     * @param data NAL units behind lengths of 4 bytes
     * @return empty when VPS, SPS or PPS is missing
     */
    public static Optional<HevcConfig> inBand(ByteBuf data) {
        List<List<byte[]>> sets = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        int end = data.writerIndex();
        int length;
        for (int at = data.readerIndex(); (length = NalUnits.length(data, at, end)) >= 0; at += NalUnits.PREFIX
                + length) {
            int type = length == 0 ? 0 : type(data.getByte(at + NalUnits.PREFIX));
            if (type >= VPS && type <= PPS) {
                byte[] set = new byte[length];
                data.getBytes(at + NalUnits.PREFIX, set);
                sets.get(type - VPS).add(set);
            }
        }
        return of(sets.get(0), sets.get(1), sets.get(2));
    }

    /** The record, with lengths of 4 bytes. */
    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header);
        out.write(3);
        int type = VPS;
        for (List<byte[]> sets : List.of(vps, sps, pps)) {
            out.write(0x80 | type++);
            out.write(0);
            out.write(sets.size());
            for (byte[] set : sets) {
                out.write(set.length >> 8);
                out.write(set.length);
                out.writeBytes(set);
            }
        }
        return out.toByteArray();
    }

    /** What the first SPS says; empty when it is damaged. */
    public Optional<H265Sps> shape() {
        return H265Sps.parse(sps.getFirst());
    }

    /**
     * Whether decoding can start at an access unit: its first slice is of an IRAP picture (ITU-T H.265 7.4.2.2, types 16 to 21).
     *
     * @param data NAL units behind lengths of 4 bytes
     */
    public static boolean isKey(ByteBuf data) {
        int end = data.writerIndex();
        int length;
        for (int at = data.readerIndex(); (length = NalUnits.length(data, at, end)) >= 0; at += NalUnits.PREFIX
                + length) {
            int type = length == 0 ? LAST_VCL + 1 : type(data.getByte(at + NalUnits.PREFIX));
            if (type <= LAST_VCL) {
                return type >= FIRST_IRAP && type <= LAST_IRAP;
            }
        }
        return false;
    }

    private static int type(int firstByte) {
        return firstByte >> 1 & 0x3F;
    }

    private static Optional<HevcConfig> make(byte[] header, int lengthSize, List<List<byte[]>> sets) {
        for (int i = 0; i < sets.size(); i++) {
            int type = VPS + i;
            boolean good = sets.get(i).stream().allMatch(s -> isSet(s, type));
            if (!good || sets.get(i).isEmpty() || sets.get(i).size() > MAX_SETS) {
                return Optional.empty();
            }
        }
        return Optional.of(new HevcConfig(header, lengthSize, List.copyOf(sets.get(0)), List.copyOf(sets.get(1)),
                List.copyOf(sets.get(2))));
    }

    private static boolean isSet(byte[] nal, int type) {
        return nal.length > 2 && nal.length <= 0xFFFF && type(nal[0]) == type;
    }

    /** Reads one array of NAL units; index behind it, or -1 when it does not fit. */
    private static int array(byte[] record, int from, List<List<byte[]>> sets) {
        if (from + 3 > record.length) {
            return -1;
        }
        int type = record[from] & 0x3F;
        int at = from + 3;
        for (int count = (record[from + 1] & 0xFF) << 8 | (record[from + 2] & 0xFF); count > 0; count--) {
            if (at + 2 > record.length) {
                return -1;
            }
            int length = (record[at] & 0xFF) << 8 | (record[at + 1] & 0xFF);
            at += 2;
            if (length > record.length - at) {
                return -1;
            }
            byte[] set = Arrays.copyOfRange(record, at, at + length);
            if (type >= VPS && type <= PPS && isSet(set, type)) {
                sets.get(type - VPS).add(set);
            }
            at += length;
        }
        return at;
    }
}
