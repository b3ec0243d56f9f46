package dev.penstock.dataplane.media.fmp4;

import java.util.Arrays;
import java.util.Optional;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.h264.AvcConfig;
import dev.penstock.dataplane.media.h265.HevcConfig;
import dev.penstock.dataplane.media.opus.OpusHead;

/**
 * What a sample entry says of its coding (ISO/IEC 14496-12 8.5.2, 14496-14, 14496-15; Encapsulation of Opus in ISO BMFF).
 *
 * @param codec how it is coded
 * @param config the codec's configuration record; empty while it is in band only, or where the codec has none
 * @param lengthSize bytes of the length before each NAL unit; 4 for other codecs
 */
public record SampleEntry(Codec codec, byte[] config, int lengthSize) {
    private static final int VIDEO_HEADER = 78;
    private static final int AUDIO_HEADER = 28;
    private static final int DECODER_CONFIG = 4;
    private static final int DECODER_SPECIFIC = 5;

    /** @return empty for a coding that is not served */
    static Optional<SampleEntry> parse(Box entry) throws Fmp4Exception {
        return switch (entry.type()) {
            case "avc1", "avc3" -> {
                byte[] record = entry.skip(VIDEO_HEADER).need("avcC").rest();
                yield Optional.of(AvcConfig.parse(record)
                        .map(c -> new SampleEntry(Codec.H264, c.bytes(), c.lengthSize()))
                        .orElse(new SampleEntry(Codec.H264, new byte[0], lengthSize(record, 4))));
            }
            case "hvc1", "hev1" -> {
                byte[] record = entry.skip(VIDEO_HEADER).need("hvcC").rest();
                yield Optional.of(HevcConfig.parse(record)
                        .map(c -> new SampleEntry(Codec.H265, c.bytes(), c.lengthSize()))
                        .orElse(new SampleEntry(Codec.H265, new byte[0], lengthSize(record, 21))));
            }
            case "av01" -> Optional.of(new SampleEntry(Codec.AV1, entry.skip(VIDEO_HEADER).need("av1C").rest(), 4));
            case "mp4a" -> esds(entry.skip(AUDIO_HEADER).need("esds").skip(4));
            case "Opus" -> Optional.of(new SampleEntry(Codec.OPUS, opus(entry.skip(AUDIO_HEADER).need("dOps")), 4));
            case "ac-3" -> Optional.of(new SampleEntry(Codec.AC3, new byte[0], 4));
            case ".mp3" -> Optional.of(new SampleEntry(Codec.MPEG_AUDIO, new byte[0], 4));
            default -> Optional.empty();
        };
    }

    private static int lengthSize(byte[] record, int at) throws Fmp4Exception {
        if (record.length <= at) {
            throw new Fmp4Exception("a configuration record of " + record.length + " bytes");
        }
        return (record[at] & 3) + 1;
    }

    /**
     * An ES_Descriptor (ISO/IEC 14496-1 7.2.6.5).
     *
     * @param esds behind version and flags of the box
     * @return empty for a coding that is not served
     */
    public static Optional<SampleEntry> esds(Box esds) throws Fmp4Exception {
        if (esds.u8() != 3) {
            throw new Fmp4Exception("esds without an ES_Descriptor");
        }
        length(esds);
        int flags = esds.skip(2).u8();
        esds.skip((flags & 0x80) != 0 ? 2 : 0);
        esds.skip((flags & 0x40) != 0 ? esds.u8() : 0);
        esds.skip((flags & 0x20) != 0 ? 2 : 0);
        if (esds.u8() != DECODER_CONFIG) {
            throw new Fmp4Exception("esds without a DecoderConfigDescriptor");
        }
        length(esds);
        int coding = esds.u8();
        esds.skip(12);
        return switch (coding) {
            case 0x40, 0x66, 0x67, 0x68 -> {
                if (esds.u8() != DECODER_SPECIFIC) {
                    throw new Fmp4Exception(
                            "esds without an AudioSpecificConfig (expected: one; ffmpeg: -movflags +delay_moov)");
                }
                int length = length(esds);
                byte[] rest = esds.rest();
                if (length == 0 || length > rest.length) {
                    throw new Fmp4Exception("esds: AudioSpecificConfig of " + length + " bytes");
                }
                yield Optional.of(new SampleEntry(Codec.AAC, Arrays.copyOf(rest, length), 4));
            }
            case 0x69, 0x6B -> Optional.of(new SampleEntry(Codec.MPEG_AUDIO, new byte[0], 4));
            default -> Optional.empty();
        };
    }

    /** sizeOfInstance (ISO/IEC 14496-1 8.3.3). */
    private static int length(Box box) throws Fmp4Exception {
        int length = 0;
        for (int i = 0; i < 4; i++) {
            int part = box.u8();
            length = length << 7 | (part & 0x7F);
            if ((part & 0x80) == 0) {
                return length;
            }
        }
        throw new Fmp4Exception("esds: a length of more than 4 bytes");
    }

    /** OpusSpecificBox to OpusHead: the same, but big endian and without magic. */
    private static byte[] opus(Box box) throws Fmp4Exception {
        box.skip(1);
        int channels = box.u8();
        int preSkip = box.u16();
        int rate = box.s32();
        int gain = (short) box.u16();
        int family = box.u8();
        return new OpusHead(channels, preSkip, rate, gain, family, family == 0 ? new byte[0] : box.rest()).bytes();
    }
}
