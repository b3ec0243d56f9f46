package dev.penstock.dataplane.media.nal;

import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

import dev.penstock.dataplane.media.RbspReader;
import dev.penstock.dataplane.media.h265.H265Sps;
import dev.penstock.dataplane.media.h265.HevcConfig;

/** Parameter sets of H.265 (ITU-T H.265 7.4.2). One owner. */
public final class H265Sets implements ParameterSets {
    private static final int IDS = 64;

    private final SetList vps = new SetList();
    private final SetList sps = new SetList();
    private final SetList pps = new SetList();
    private boolean dirty;
    private boolean told;

    @Override
    public int headerBytes() {
        return 2;
    }

    @Override
    public boolean take(ByteBuf buf, int at, int end) {
        int type = type(buf, at);
        switch (type) {
            case 32 -> {
                if (end - at > 2) {
                    dirty |= vps.put(buf.getByte(at + 2) >> 4 & 0x0F, buf, at, end);
                }
            }
            // Its id lies behind the profile, and one SPS a stream is what there is: the newest counts.
            case 33 -> dirty |= sps.put(0, buf, at, end);
            case 34 -> {
                int id = ppsId(buf, at, end);
                dirty |= id >= 0 && id < IDS && pps.put(id, buf, at, end);
            }
            default -> {
                return (type >= 35 && type <= 38) || type >= 48;
            }
        }
        return true;
    }

    private static int ppsId(ByteBuf buf, int at, int end) {
        if (end - at <= 2) {
            return -1;
        }
        byte[] head = ByteBufUtil.getBytes(buf, at, Math.min(end - at, 10));
        return new RbspReader(head, 2, head.length).ue();
    }

    @Override
    public boolean isSlice(ByteBuf buf, int at) {
        return type(buf, at) < 32;
    }

    @Override
    public boolean isKey(ByteBuf unit) {
        return HevcConfig.isKey(unit);
    }

    @Override
    public Optional<byte[]> changed() {
        if (!dirty) {
            return Optional.empty();
        }
        dirty = false;
        Optional<byte[]> config = HevcConfig.of(vps.all(), sps.all(), pps.all()).map(HevcConfig::bytes);
        told |= config.isPresent();
        return config;
    }

    @Override
    public boolean isComplete() {
        return told;
    }

    @Override
    public int reorder() {
        return sps.all().stream().flatMap(set -> H265Sps.parse(set).stream()).mapToInt(H265Sps::reorderFrames).max()
                .orElse(0);
    }

    private static int type(ByteBuf buf, int at) {
        return buf.getByte(at) >> 1 & 0x3F;
    }
}
