package dev.penstock.dataplane.media.ts;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.NalUnits;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.aac.AdtsHeader;
import dev.penstock.dataplane.media.aac.AudioSpecificConfig;
import dev.penstock.dataplane.media.h264.AvcConfig;
import dev.penstock.dataplane.media.h265.HevcConfig;
import dev.penstock.dataplane.media.opus.OpusHead;
import dev.penstock.dataplane.media.time.Unroller;

/** The transport streams of src/test/resources/media as tracks and access units, in the order of their decoding times. */
public final class SampleFixtures {
    private final Map<Integer, ByteArrayOutputStream> open = new HashMap<>();
    private final Map<Integer, PesStart> starts = new HashMap<>();
    private final Map<Integer, Unroller> clocks = new HashMap<>();
    private final Map<Integer, Integer> ids = new HashMap<>();
    private final Map<Integer, Track> tracks = new HashMap<>();
    private final List<Unit> units = new ArrayList<>();

    /** An access unit that is not in a buffer. */
    public record Unit(int track, long dts, long pts, boolean key, byte[] data) {
        /** A copy in a buffer of its own. */
        public Sample sample() {
            return new Sample(track, dts, pts, key, Unpooled.copiedBuffer(data));
        }

        /** Later, or earlier, on another track perhaps. */
        public Unit moved(int newTrack, long ticks) {
            return new Unit(newTrack, dts + ticks, pts + ticks, key, data);
        }
    }

    /** What a file holds. */
    public record Media(List<Track> tracks, List<Unit> units) {}

    private SampleFixtures() {}

    /** Reads a file; access units carry no parameter sets in band, which are in the configuration instead. */
    public static Media of(String name) {
        return read(TsFixtures.bytes(name));
    }

    /** Reads a transport stream. */
    public static Media read(byte[] file) {
        SampleFixtures reader = new SampleFixtures();
        reader.read(file, TsFixtures.parse(file));
        List<Unit> sorted = new ArrayList<>(reader.units);
        sorted.sort(java.util.Comparator.comparingLong(Unit::dts));
        List<Track> list = reader.tracks.values().stream().sorted(java.util.Comparator.comparingInt(Track::id))
                .toList();
        return new Media(list, sorted);
    }

    private void read(byte[] file, TsFixtures.Heard heard) {
        Psi psi = heard.programs.getFirst();
        Map<Integer, PesStart> byOffset = new HashMap<>();
        for (int i = 0; i < heard.pes.size(); i++) {
            byOffset.put(heard.pesOffsets.get(i), heard.pes.get(i));
        }
        for (Psi.EsInfo es : psi.streams()) {
            ids.put(es.pid(), ids.size());
            clocks.put(es.pid(), Unroller.of90k());
        }
        ByteBuf all = Unpooled.wrappedBuffer(file);
        for (int at = 0; at < file.length; at += TsPacket.SIZE) {
            int pid = TsPacket.pid(all, at);
            if (!ids.containsKey(pid)) {
                continue;
            }
            if (byOffset.containsKey(at)) {
                finish(psi, pid);
                starts.put(pid, byOffset.get(at));
                open.put(pid, new ByteArrayOutputStream());
            }
            int from = at + TsPacket.payloadOffset(all, at);
            open.get(pid).write(file, from, at + TsPacket.SIZE - from);
        }
        ids.keySet().forEach(pid -> finish(psi, pid));
    }

    private void finish(Psi psi, int pid) {
        ByteArrayOutputStream pes = open.get(pid);
        if (pes == null) {
            return;
        }
        byte[] bytes = pes.toByteArray();
        byte[] payload = Arrays.copyOfRange(bytes, 9 + bytes[8], bytes.length);
        PesStart start = starts.get(pid);
        long dts = clocks.get(pid).unroll(start.dts());
        long pts = dts + ((start.pts() - start.dts()) & (1L << 33) - 1);
        int type = psi.streams().stream().filter(e -> e.pid() == pid).findFirst().orElseThrow().streamType();
        int id = ids.get(pid);
        switch (type) {
            case 0x1B, 0x24 -> video(id, type == 0x24, payload, dts, pts);
            case 0x0F -> aac(id, payload, dts);
            case 0x81 -> ac3(id, payload, dts);
            case 0x03, 0x04 -> plain(id, Codec.MPEG_AUDIO, payload, dts);
            case 0x06 -> opus(id, payload, dts);
            default -> throw new IllegalStateException("stream type " + type);
        }
    }

    private void plain(int id, Codec codec, byte[] payload, long dts) {
        tracks.putIfAbsent(id, new Track(id, codec, new byte[0]));
        units.add(new Unit(id, dts, dts, true, payload));
    }

    /** Frames of 64 kbit/s at 48 kHz: 256 bytes, 32 ms. */
    private void ac3(int id, byte[] payload, long dts) {
        for (int at = 0; at < payload.length; at += 256) {
            plain(id, Codec.AC3, Arrays.copyOfRange(payload, at, at + 256), dts + at / 256 * 2880L);
        }
    }

    private void opus(int id, byte[] payload, long dts) {
        tracks.putIfAbsent(id, new Track(id, Codec.OPUS, OpusHead.of(1).bytes()));
        int at = 0;
        long time = dts;
        while (at < payload.length) {
            int flags = payload[at + 1];
            at += 2;
            int size = 0;
            while (payload[at] == -1) {
                size += 255;
                at++;
            }
            size += payload[at++] & 0xFF;
            at += (flags & 0x10) == 0 ? 0 : 2;
            at += (flags & 0x08) == 0 ? 0 : 2;
            units.add(new Unit(id, time, time, true, Arrays.copyOfRange(payload, at, at + size)));
            at += size;
            time += 1800;
        }
    }

    private void aac(int id, byte[] payload, long dts) {
        long time = dts * 1000;
        for (int at = 0; at < payload.length;) {
            AdtsHeader header = AdtsHeader.parse(payload, at).orElseThrow();
            AudioSpecificConfig config = AudioSpecificConfig.of(header);
            tracks.putIfAbsent(id, new Track(id, Codec.AAC, config.bytes()));
            units.add(new Unit(id, time / 1000, time / 1000, true,
                    Arrays.copyOfRange(payload, at + 7, at + header.frameLength())));
            at += header.frameLength();
            time += 1024L * 90_000_000 / header.sampleRate();
        }
    }

    private void video(int id, boolean hevc, byte[] payload, long dts, long pts) {
        ByteBuf unit = NalUnits.fromAnnexB(Unpooled.wrappedBuffer(payload), UnpooledByteBufAllocator.DEFAULT);
        boolean key = hevc ? HevcConfig.isKey(unit) : AvcConfig.isKey(unit);
        if (key && !tracks.containsKey(id)) {
            byte[] config = hevc
                    ? HevcConfig.inBand(unit).orElseThrow().bytes()
                    : AvcConfig.inBand(unit).orElseThrow().bytes();
            tracks.put(id, new Track(id, hevc ? Codec.H265 : Codec.H264, config));
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (byte[] nal : NalUnits.copy(unit)) {
            int type = hevc ? nal[0] >> 1 & 0x3F : nal[0] & 0x1F;
            boolean drop = hevc ? type >= 32 && type <= 35 : type >= 7 && type <= 9;
            if (!drop) {
                data.writeBytes(new byte[]{0, 0, (byte) (nal.length >> 8), (byte) nal.length});
                data.writeBytes(nal);
            }
        }
        unit.release();
        units.add(new Unit(id, dts, pts, key, data.toByteArray()));
    }
}
