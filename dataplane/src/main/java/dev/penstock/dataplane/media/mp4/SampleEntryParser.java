package dev.penstock.dataplane.media.mp4;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import dev.penstock.dataplane.media.aac.AudioSpecificConfig;
import dev.penstock.dataplane.media.fmp4.Box;
import dev.penstock.dataplane.media.fmp4.Fmp4Exception;
import dev.penstock.dataplane.media.fmp4.SampleEntry;
import dev.penstock.dataplane.media.h265.HevcConfig;

/**
 * Reads sample entries (ISO/IEC 14496-12 8.5.2, 14496-15, QuickTime File Format "Sound Sample Descriptions"). Those of video are kept
 * as they are, with all that they say of colours and shape; QuickTime's of sound are written anew in the form of ISO files.
 */
final class SampleEntryParser {
    private static final int VIDEO_HEADER = 78;
    private static final int AUDIO_HEADER = 28;
    private static final int MOST_BYTES = 1 << 20;

    private SampleEntryParser() {}

    /** @return empty for a coding that is not served */
    static Optional<TrackCoding> parse(Box entry) throws Fmp4Exception {
        if (entry.left() > MOST_BYTES) {
            throw new Fmp4Exception("a sample entry of " + entry.left() + " bytes");
        }
        return switch (entry.type()) {
            case "avc1", "avc3", "hvc1", "hev1", "av01" -> Optional.of(video(entry));
            case "mp4a", "Opus", "ac-3", "ec-3" -> audio(entry);
            case "encv", "enca" -> throw new Fmp4Exception("encrypted: not served yet (expected: clear media)");
            default -> Optional.empty();
        };
    }

    private static TrackCoding video(Box entry) throws Fmp4Exception {
        byte[] whole = box(entry.type(), entry.rest());
        entry.skip(24);
        int width = entry.u16();
        int height = entry.u16();
        entry.skip(VIDEO_HEADER - 28);
        String codecs = switch (entry.type()) {
            case "avc1", "avc3" -> {
                byte[] config = config(entry, "avcC", 7);
                yield entry.type() + "." + HexFormat.of().formatHex(config, 1, 4);
            }
            case "av01" -> av1(config(entry, "av1C", 4));
            default -> {
                byte[] config = config(entry, "hvcC", 23);
                yield HevcConfig.parse(config).flatMap(HevcConfig::shape)
                        .map(shape -> entry.type() + shape.codec().substring(4)).orElse("");
            }
        };
        return new TrackCoding(true, whole, codecs, width, height, 0, 0);
    }

    private static byte[] config(Box entry, String type, int least) throws Fmp4Exception {
        byte[] config = entry.need(type).rest();
        if (config.length < least) {
            throw new Fmp4Exception(type + " of " + config.length + " bytes");
        }
        return config;
    }

    /** AV1 Codec ISO Media File Format Binding, section 5. */
    private static String av1(byte[] config) {
        int depth = (config[2] & 0x40) == 0 ? 8 : (config[2] & 0x20) == 0 ? 10 : 12;
        return String.format(Locale.ROOT, "av01.%d.%02d%s.%02d", config[1] >> 5 & 7, config[1] & 0x1F,
                (config[2] & 0x80) == 0 ? "M" : "H", depth);
    }

    private static Optional<TrackCoding> audio(Box entry) throws Fmp4Exception {
        byte[] payload = entry.rest();
        int version = entry.skip(8).u16();
        int channels = entry.skip(6).u16();
        int rate = entry.skip(6).u16();
        entry.skip(2);
        if (version > 0) {
            // QuickTime: version 1 adds 16 bytes, version 2 adds 36 and says channels and rate there.
            entry.skip(version == 1 ? 16 : 36);
        }
        return switch (entry.type()) {
            case "mp4a" -> mp4a(entry, payload, version);
            case "Opus" -> Optional.of(new TrackCoding(false, box("Opus", payload), "opus", 0, 0, 48_000, channels));
            default -> version > 0
                    ? Optional.empty()
                    : Optional.of(new TrackCoding(false, box(entry.type(), payload), entry.type(), 0, 0, rate,
                            channels));
        };
    }

    private static Optional<TrackCoding> mp4a(Box entry, byte[] payload, int version) throws Fmp4Exception {
        Optional<Box> wave = entry.find("wave");
        Box esds = (wave.isPresent() ? wave.get() : entry).need("esds");
        byte[] descriptor = esds.rest();
        Optional<SampleEntry> read = SampleEntry.esds(esds.skip(4));
        Optional<AudioSpecificConfig> config = read.flatMap(e -> AudioSpecificConfig.parse(e.config()));
        if (config.isEmpty()) {
            return Optional.empty();
        }
        AudioSpecificConfig aac = config.get();
        int rate = Math.max(aac.sbrRate(), aac.sampleRate());
        int channels = aac.parametricStereo() ? 2 : aac.channels();
        byte[] whole = version == 0 && wave.isEmpty() ? box("mp4a", payload) : mp4a(descriptor, aac);
        return Optional.of(new TrackCoding(false, whole, aac.codec(), 0, 0, rate, channels));
    }

    /** ISO/IEC 14496-14 5.6, around an esds that is there. */
    private static byte[] mp4a(byte[] descriptor, AudioSpecificConfig aac) {
        ByteBuf out = Unpooled.buffer(AUDIO_HEADER + 8 + descriptor.length);
        out.writeZero(6).writeShort(1).writeZero(8).writeShort(Math.max(aac.channels(), 1)).writeShort(16).writeZero(4);
        out.writeInt(aac.sampleRate() > 0xFFFF ? 0 : aac.sampleRate() << 16);
        out.writeBytes(box("esds", descriptor));
        return box("mp4a", ByteBufUtil.getBytes(out));
    }

    private static byte[] box(String type, byte[] payload) {
        ByteBuf out = Unpooled.buffer(8 + payload.length);
        out.writeInt(8 + payload.length);
        out.writeCharSequence(type, StandardCharsets.ISO_8859_1);
        out.writeBytes(payload);
        return ByteBufUtil.getBytes(out);
    }
}
