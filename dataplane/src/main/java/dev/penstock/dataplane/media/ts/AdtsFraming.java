package dev.penstock.dataplane.media.ts;

import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

import dev.penstock.dataplane.media.aac.AdtsHeader;
import dev.penstock.dataplane.media.aac.AudioSpecificConfig;

/**
 * AAC behind ADTS headers (ISO/IEC 14496-3 1.A.2.2). Frames of several raw data blocks and those whose channels are told in a program
 * config element are none.
 */
final class AdtsFraming implements AudioFraming {
    private static final int HEADER = 7;
    private static final int CRC = 2;

    @Override
    public int headerBytes() {
        return HEADER;
    }

    @Override
    public Optional<Frame> at(ByteBuf bytes, int at, int end) {
        if ((bytes.getUnsignedShort(at) & 0xFFF6) != 0xFFF0) {
            return Optional.empty();
        }
        byte[] head = ByteBufUtil.getBytes(bytes, at, HEADER);
        int header = (head[1] & 1) == 0 ? HEADER + CRC : HEADER;
        return AdtsHeader.parse(head, 0)
                .filter(adts -> adts.frameLength() > header && (head[6] & 3) == 0 && adts.channels() > 0)
                .map(adts -> {
                    AudioSpecificConfig config = AudioSpecificConfig.of(adts);
                    return new Frame(header, adts.frameLength(), config.frameSamples(), config.sampleRate(),
                            config.bytes());
                });
    }
}
