package dev.penstock.dataplane.media.rtp;

import java.util.Base64;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

import dev.penstock.dataplane.media.aac.AudioSpecificConfig;
import dev.penstock.dataplane.media.aac.LatmReader;
import dev.penstock.dataplane.media.nal.H264Sets;
import dev.penstock.dataplane.media.nal.H265Sets;
import dev.penstock.dataplane.media.nal.ParameterSets;
import dev.penstock.dataplane.media.opus.OpusHead;

/** Makes the depacketizer of a format and tells what the SDP says of its configuration. */
final class Depacketizers {
    private static final int AAC_LC = 2;

    private Depacketizers() {}

    static Depacketizer of(RtpFormat format, UnitSink out, ByteBufAllocator allocator, int maxBytes) {
        return switch (format.encoding()) {
            case "H264" -> {
                H264Sets sets = new H264Sets();
                learn(sets, format, "sprop-parameter-sets");
                yield new H264Depacketizer(sets, out, allocator, maxBytes);
            }
            case "H265" -> {
                H265Sets sets = new H265Sets();
                learn(sets, format, "sprop-vps");
                learn(sets, format, "sprop-sps");
                learn(sets, format, "sprop-pps");
                boolean ordered = RtpFormat.number(format.parameters(), "sprop-max-don-diff", 0) > 0;
                yield new H265Depacketizer(sets, ordered, out, allocator, maxBytes);
            }
            case "MPEG4-GENERIC" -> generic(format, out, allocator, maxBytes);
            case "MP4A-LATM" -> latm(format, out, allocator, maxBytes);
            case "OPUS" -> {
                out.config(OpusHead.of(2).bytes(), 0);
                yield new PacketDepacketizer(out, allocator);
            }
            case "PCMU", "PCMA" -> new PacketDepacketizer(out, allocator);
            default -> throw new IllegalArgumentException(format.encoding() + " is not served");
        };
    }

    private static Depacketizer generic(RtpFormat format, UnitSink out, ByteBufAllocator allocator, int maxBytes) {
        AudioSpecificConfig config = format.hex("config").flatMap(AudioSpecificConfig::parse)
                .orElseGet(() -> AudioSpecificConfig.of(AAC_LC, format.clockRate(), format.channels()));
        out.config(config.bytes(), 0);
        return new AacDepacketizer(GenericHeaders.of(format.parameters()).orElseThrow(), frameTicks(format, config),
                out, allocator, maxBytes);
    }

    private static Depacketizer latm(RtpFormat format, UnitSink out, ByteBufAllocator allocator, int maxBytes) {
        if (LatmConfig.isInBand(format.parameters())) {
            return new LatmDepacketizer(new LatmReader(), format.clockRate(), out, allocator, maxBytes);
        }
        LatmConfig config = LatmConfig.of(format.parameters()).orElseThrow();
        out.config(config.audio().bytes(), 0);
        return new LatmDepacketizer(config.frames(), frameTicks(format, config.audio()), out, allocator, maxBytes);
    }

    private static int frameTicks(RtpFormat format, AudioSpecificConfig config) {
        return (int) ((long) config.frameSamples() * format.clockRate() / config.sampleRate());
    }

    /** Learns the parameter sets of an SDP, Base64 with commas between; what is none is left out. */
    private static void learn(ParameterSets sets, RtpFormat format, String name) {
        for (String text : format.parameters().getOrDefault(name, "").split(",")) {
            decode(text).filter(set -> set.readableBytes() > sets.headerBytes())
                    .ifPresent(set -> sets.take(set, 0, set.readableBytes()));
        }
    }

    private static Optional<ByteBuf> decode(String text) {
        try {
            return Optional.of(Unpooled.wrappedBuffer(Base64.getDecoder().decode(text.strip())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
