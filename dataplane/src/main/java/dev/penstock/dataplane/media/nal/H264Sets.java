package dev.penstock.dataplane.media.nal;

import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

import dev.penstock.dataplane.media.RbspReader;
import dev.penstock.dataplane.media.h264.AvcConfig;
import dev.penstock.dataplane.media.h264.H264Sps;

/** Parameter sets of H.264 (ITU-T H.264 7.4.1). One owner. */
public final class H264Sets implements ParameterSets {
    private static final int IDS = 256;

    private final SetList sps = new SetList();
    private final SetList pps = new SetList();
    private boolean dirty;
    private boolean told;

    @Override
    public int headerBytes() {
        return 1;
    }

    @Override
    public boolean take(ByteBuf buf, int at, int end) {
        int type = buf.getByte(at) & 0x1F;
        switch (type) {
            case 7 -> learn(sps, 4, buf, at, end);
            case 8 -> learn(pps, 1, buf, at, end);
            default -> {
                return type == 0 || (type >= 9 && type <= 12) || type > 23;
            }
        }
        return true;
    }

    /** The id is the first ue(v) behind the header, in an SPS behind profile and level. */
    private void learn(SetList sets, int idAt, ByteBuf buf, int at, int end) {
        if (end - at <= idAt) {
            return;
        }
        byte[] head = ByteBufUtil.getBytes(buf, at, Math.min(end - at, idAt + 8));
        int id = new RbspReader(head, idAt, head.length).ue();
        dirty |= id < IDS && sets.put(id, buf, at, end);
    }

    @Override
    public boolean isSlice(ByteBuf buf, int at) {
        int type = buf.getByte(at) & 0x1F;
        return type >= 1 && type <= 5;
    }

    @Override
    public boolean isKey(ByteBuf unit) {
        return AvcConfig.isKey(unit);
    }

    @Override
    public Optional<byte[]> changed() {
        if (!dirty) {
            return Optional.empty();
        }
        dirty = false;
        Optional<byte[]> config = AvcConfig.of(sps.all(), pps.all()).map(AvcConfig::bytes);
        told |= config.isPresent();
        return config;
    }

    @Override
    public boolean isComplete() {
        return told;
    }

    @Override
    public int reorder() {
        return sps.all().stream().flatMap(set -> H264Sps.parse(set).stream()).mapToInt(H264Sps::reorderFrames).max()
                .orElse(-1);
    }
}
