package dev.penstock.dataplane.media.ts;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.aac.AudioSpecificConfig;
import dev.penstock.dataplane.media.opus.OpusHead;
import dev.penstock.dataplane.media.ts.SampleFixtures.Media;
import dev.penstock.dataplane.media.ts.SampleFixtures.Unit;

/** Access units of any codec with bytes and times by chance; video with frames that are shown later than they are decoded. */
final class SyntheticMedia {
    private final Random random;
    private final List<Unit> units = new ArrayList<>();

    private SyntheticMedia(Random random) {
        this.random = random;
    }

    static Media of(Random random) {
        SyntheticMedia media = new SyntheticMedia(random);
        List<Track> tracks = new ArrayList<>();
        int video = random.nextInt(3);
        if (video > 0) {
            String file = video == 1 ? "h264-aac.ts" : "h265-ac3.ts";
            byte[] config = SampleFixtures.of(file).tracks().getFirst().config();
            tracks.add(new Track(0, video == 1 ? Codec.H264 : Codec.H265, config));
            media.video(video == 2);
        }
        for (int i = random.nextInt(3) + (video == 0 ? 1 : 0); i > 0; i--) {
            tracks.add(media.audio(tracks.size()));
        }
        media.units.sort(Comparator.comparingLong(Unit::dts));
        return new Media(tracks, media.units);
    }

    private void video(boolean hevc) {
        long dts = random.nextLong(1L << 40);
        int step = 1500 + random.nextInt(6000);
        int count = 1 + random.nextInt(60);
        for (int i = 0; i < count; i++) {
            boolean key = i == 0 || random.nextInt(12) == 0;
            ByteArrayOutputStream data = new ByteArrayOutputStream();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                byte[] nal = noise(3 + random.nextInt(random.nextInt(20) == 0 ? 90_000 : 2000));
                nal[0] = (byte) (hevc ? (key ? 19 : 1) << 1 : key ? 0x65 : 0x41);
                nal[1] = 1;
                data.writeBytes(new byte[]{0, (byte) (nal.length >> 16), (byte) (nal.length >> 8), (byte) nal.length});
                data.writeBytes(nal);
            }
            units.add(new Unit(0, dts, dts + (long) random.nextInt(4) * step, key, data.toByteArray()));
            dts += step;
        }
    }

    private Track audio(int id) {
        long start = units.isEmpty() ? random.nextLong(1L << 40) : units.getFirst().dts();
        int count = 1 + random.nextInt(80);
        int kind = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            long time = start + switch (kind) {
                case 0 -> i * 1024L * 90_000 / 48_000;
                case 1 -> i * 1800L;
                case 2 -> i * 1152L * 90_000 / 44_100;
                default -> i * 2880L;
            };
            units.add(new Unit(id, time, time, true, switch (kind) {
                case 0 -> noise(1 + random.nextInt(700));
                case 1 -> opus();
                case 2 -> frame(417, 0xFF, 0xFB, 0x90, 0xC0, 1, 1);
                default -> frame(256, 0x0B, 0x77, 1, 1, 0x08, 0x40);
            }));
        }
        return switch (kind) {
            case 0 -> new Track(id, Codec.AAC, AudioSpecificConfig.of(2, 48_000, 2).bytes());
            case 1 -> new Track(id, Codec.OPUS, OpusHead.of(2).bytes());
            case 2 -> new Track(id, Codec.MPEG_AUDIO, new byte[0]);
            default -> new Track(id, Codec.AC3, new byte[0]);
        };
    }

    /** 20 ms. */
    private byte[] opus() {
        byte[] packet = noise(1 + random.nextInt(1200));
        packet[0] = (byte) 0xF8;
        return packet;
    }

    private byte[] frame(int size, int... head) {
        byte[] bytes = noise(size);
        for (int i = 0; i < head.length; i++) {
            bytes[i] = (byte) head[i];
        }
        return bytes;
    }

    /** Without zeros, so that no start code is in it. */
    private byte[] noise(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        for (int i = 0; i < size; i++) {
            bytes[i] = bytes[i] == 0 ? 1 : bytes[i];
        }
        return bytes;
    }
}
