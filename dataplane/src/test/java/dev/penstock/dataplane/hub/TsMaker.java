package dev.penstock.dataplane.hub;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Makes transport streams packet by packet: H.264 that looks real as far as parsers of headers look, and audio. Every
 * packet's content is unique.
 */
public final class TsMaker {
    public static final int PMT_PID = 0x1000;
    public static final int VIDEO_PID = 0x100;
    public static final int AUDIO_PID = 0x101;
    /** Ticks of a frame at 25 fps. */
    public static final long FRAME = 3600;

    private final boolean video;
    private final int audioTracks;
    private final int[] counters = new int[8192];
    private long unique;

    public TsMaker(boolean video, int audioTracks) {
        this.video = video;
        this.audioTracks = audioTracks;
    }

    /** PAT and PMT. */
    public List<byte[]> psi() {
        ByteArrayOutputStream pat = new ByteArrayOutputStream();
        pat.writeBytes(new byte[]{0, (byte) 0xB0, 13, 0, 1, (byte) 0xC1, 0, 0, 0, 1, (byte) (0xE0 | PMT_PID >> 8),
                (byte) PMT_PID});
        int streams = (video ? 1 : 0) + audioTracks;
        int pcrPid = video ? VIDEO_PID : AUDIO_PID;
        ByteArrayOutputStream pmt = new ByteArrayOutputStream();
        pmt.writeBytes(new byte[]{2, (byte) 0xB0, (byte) (13 + 5 * streams), 0, 1, (byte) 0xC1, 0, 0,
                (byte) (0xE0 | pcrPid >> 8), (byte) pcrPid, (byte) 0xF0, 0});
        if (video) {
            pmt.writeBytes(es(0x1B, VIDEO_PID));
        }
        for (int i = 0; i < audioTracks; i++) {
            pmt.writeBytes(es(0x0F, AUDIO_PID + i));
        }
        return List.of(section(0, pat.toByteArray()), section(PMT_PID, pmt.toByteArray()));
    }

    /** An access unit of H.264 in one PES packet, PCR in its first packet. */
    public List<byte[]> video(long pts, long dts, boolean key, int size) {
        ByteArrayOutputStream es = new ByteArrayOutputStream();
        es.writeBytes(new byte[]{0, 0, 0, 1, 9, (byte) 0xF0});
        if (key) {
            es.writeBytes(
                    new byte[]{0, 0, 0, 1, 0x67, 0x42, (byte) 0xC0, 0x1E, (byte) 0xDA, 0x02, (byte) 0x80, (byte) 0xF6,
                            (byte) 0x9B, (byte) 0x80, (byte) 0x80, (byte) 0x83});
            es.writeBytes(new byte[]{0, 0, 0, 1, 0x68, (byte) 0xCE, 0x38, (byte) 0x80});
        }
        es.writeBytes(new byte[]{0, 0, 0, 1, (byte) (key ? 0x65 : 0x41)});
        es.writeBytes(filler(Math.max(1, size)));
        return packets(VIDEO_PID, pes(0xE0, pts, dts, es.toByteArray()), dts, key);
    }

    /** An access unit of 25 fps video without B-frames. */
    public List<byte[]> frame(int index, boolean key, int size) {
        long dts = 90_000 + index * FRAME;
        return video(dts + FRAME, dts, key, size);
    }

    /** An audio PES packet on a track counted from 0; PCR when there is no video and the track is the first. */
    public List<byte[]> audio(int track, long pts, int size) {
        return packets(AUDIO_PID + track, pes(0xC0 + track, pts, pts, filler(size)),
                !video && track == 0 ? pts : -1, true);
    }

    /** A null packet. */
    public byte[] stuffing() {
        byte[] packet = new byte[188];
        packet[0] = 0x47;
        packet[1] = 0x1F;
        packet[2] = (byte) 0xFF;
        packet[3] = 0x10;
        System.arraycopy(filler(184), 0, packet, 4, 184);
        return packet;
    }

    /** Packets of two lists in turn, each list in its order. */
    public static List<byte[]> interleave(List<byte[]> a, List<byte[]> b) {
        List<byte[]> out = new ArrayList<>();
        for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
            if (i < a.size()) {
                out.add(a.get(i));
            }
            if (i < b.size()) {
                out.add(b.get(i));
            }
        }
        return out;
    }

    /** The packets in one buffer. */
    public static ByteBuf buffer(List<byte[]> packets) {
        ByteBuf out = Unpooled.buffer(packets.size() * 188);
        packets.forEach(out::writeBytes);
        return out;
    }

    private byte[] filler(int size) {
        byte[] text = String.format("%08d.", unique++).getBytes(StandardCharsets.US_ASCII);
        byte[] out = new byte[size];
        for (int i = 0; i < size; i++) {
            out[i] = text[i % text.length];
        }
        return out;
    }

    private static byte[] es(int type, int pid) {
        return new byte[]{(byte) type, (byte) (0xE0 | pid >> 8), (byte) pid, (byte) 0xF0, 0};
    }

    private static byte[] pes(int streamId, long pts, long dts, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean both = pts != dts;
        out.writeBytes(new byte[]{0, 0, 1, (byte) streamId});
        int length = streamId == 0xE0 ? 0 : payload.length + 3 + (both ? 10 : 5);
        out.writeBytes(new byte[]{(byte) (length >> 8), (byte) length, (byte) 0x80, (byte) (both ? 0xC0 : 0x80),
                (byte) (both ? 10 : 5)});
        out.writeBytes(time(both ? 3 : 2, pts));
        if (both) {
            out.writeBytes(time(1, dts));
        }
        out.writeBytes(payload);
        return out.toByteArray();
    }

    private static byte[] time(int prefix, long ticks) {
        long t = ticks & (1L << 33) - 1;
        return new byte[]{(byte) (prefix << 4 | t >> 30 << 1 | 1), (byte) (t >> 22), (byte) (t >> 15 << 1 | 1),
                (byte) (t >> 7), (byte) (t << 1 | 1)};
    }

    private List<byte[]> packets(int pid, byte[] pes, long pcr90k, boolean randomAccess) {
        List<byte[]> out = new ArrayList<>();
        int at = 0;
        while (at < pes.length) {
            boolean first = at == 0;
            byte[] flags = first && pcr90k >= 0
                    ? pcr(pcr90k - 9000, randomAccess)
                    : first && randomAccess ? new byte[]{0x40} : new byte[0];
            byte[] packet = new byte[188];
            packet[0] = 0x47;
            packet[1] = (byte) ((first ? 0x40 : 0) | pid >> 8);
            packet[2] = (byte) pid;
            int room = 184 - (flags.length > 0 ? 1 + flags.length : 0);
            int take = Math.min(room, pes.length - at);
            boolean adaptation = flags.length > 0 || take < 184;
            packet[3] = (byte) ((adaptation ? 0x30 : 0x10) | next(pid));
            if (adaptation) {
                int length = 183 - take;
                packet[4] = (byte) length;
                if (length > 0) {
                    Arrays.fill(packet, 5, 5 + length, (byte) 0xFF);
                    packet[5] = 0;
                    System.arraycopy(flags, 0, packet, 5, flags.length);
                }
            }
            System.arraycopy(pes, at, packet, 188 - take, take);
            at += take;
            out.add(packet);
        }
        return out;
    }

    private static byte[] pcr(long ticks, boolean randomAccess) {
        long t = ticks & (1L << 33) - 1;
        return new byte[]{(byte) (randomAccess ? 0x50 : 0x10), (byte) (t >> 25), (byte) (t >> 17), (byte) (t >> 9),
                (byte) (t >> 1), (byte) (t << 7 | 0x7E), 0};
    }

    private byte[] section(int pid, byte[] body) {
        byte[] packet = new byte[188];
        Arrays.fill(packet, (byte) 0xFF);
        packet[0] = 0x47;
        packet[1] = (byte) (0x40 | pid >> 8);
        packet[2] = (byte) pid;
        packet[3] = (byte) (0x10 | next(pid));
        packet[4] = 0;
        System.arraycopy(body, 0, packet, 5, body.length);
        int crc = crc32(body);
        for (int i = 0; i < 4; i++) {
            packet[5 + body.length + i] = (byte) (crc >> (24 - 8 * i));
        }
        return packet;
    }

    private static int crc32(byte[] bytes) {
        int crc = -1;
        for (byte b : bytes) {
            crc ^= b << 24;
            for (int i = 0; i < 8; i++) {
                crc = crc < 0 ? crc << 1 ^ 0x04C11DB7 : crc << 1;
            }
        }
        return crc;
    }

    private int next(int pid) {
        return counters[pid]++ & 0x0F;
    }
}
