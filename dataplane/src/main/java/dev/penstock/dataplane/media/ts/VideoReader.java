package dev.penstock.dataplane.media.ts;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import dev.penstock.dataplane.media.NalUnits;
import dev.penstock.dataplane.media.h264.AvcConfig;
import dev.penstock.dataplane.media.h265.HevcConfig;
import dev.penstock.dataplane.media.nal.H264Sets;
import dev.penstock.dataplane.media.nal.H265Sets;
import dev.penstock.dataplane.media.nal.ParameterSets;
import dev.penstock.dataplane.media.time.TsTime;

/**
 * Access units of H.264 and H.265, one in each PES packet: start codes become lengths; parameter sets go into the configuration,
 * delimiters and filler are left out. What comes before the first configuration is dropped. Keys are judged as by {@link KeyFinder};
 * where none is ever seen every 300th access unit is one, as in the hub. One owner.
 */
final class VideoReader implements EsReader {
    private static final long DEFAULT_STEP = 3600;
    private static final long MAX_REORDER = 10L * TsTime.HZ_90K;
    private static final int MAX_WITHOUT_KEY = 300;
    private static final int H264_IDR = 5;

    private final boolean hevc;
    private final EsClock clock;
    private final ByteBufAllocator allocator;
    private final Target target;
    private ParameterSets sets;
    private boolean configured;
    private long last = EsClock.ANY;
    private long step = DEFAULT_STEP;
    private boolean keySeen;
    private int withoutKey;

    VideoReader(boolean hevc, EsClock clock, ByteBufAllocator allocator, Target target) {
        this.hevc = hevc;
        this.clock = clock;
        this.allocator = allocator;
        this.target = target;
        sets = hevc ? new H265Sets() : new H264Sets();
    }

    @Override
    public void pes(ByteBuf bytes, int from, int end, PesStart start) {
        if (start.dts() < 0 && last == EsClock.ANY) {
            target.dropped();
            return;
        }
        long dts = time(start.dts());
        long pts = start.pts() < 0 ? dts : dts + reorder(start);
        ByteBuf unit = NalUnits.fromAnnexB(bytes.slice(from, end - from), allocator);
        boolean owned = true;
        try {
            boolean key = key(unit, start.keyFlag());
            boolean slices = strip(unit);
            sets.changed().filter(this::isSound).ifPresent(config -> {
                configured = true;
                target.config(config);
            });
            if (slices && configured) {
                owned = false;
                target.unit(dts, pts, key || isDue(), unit);
            } else {
                target.dropped();
            }
        } finally {
            if (owned) {
                unit.release();
            }
        }
    }

    private boolean isSound(byte[] config) {
        return hevc
                ? HevcConfig.parse(config).flatMap(HevcConfig::shape).isPresent()
                : AvcConfig.parse(config).flatMap(AvcConfig::shape).isPresent();
    }

    private long time(long raw) {
        long expected = last == EsClock.ANY ? EsClock.ANY : last + step;
        long dts = raw < 0 ? expected : clock.at(raw, expected);
        if (last != EsClock.ANY) {
            long delta = dts - last;
            step = delta > 0 && delta <= TsTime.HZ_90K ? delta : step;
            dts = Math.max(dts, last);
        }
        last = dts;
        return dts;
    }

    private static long reorder(PesStart start) {
        long ahead = TsTime.diff90k(start.dts(), start.pts());
        return ahead < 0 || ahead > MAX_REORDER ? 0 : ahead;
    }

    private boolean key(ByteBuf unit, boolean keyFlag) {
        boolean key = hevc ? HevcConfig.isKey(unit) : avcKey(unit, keyFlag);
        keySeen |= key;
        return key;
    }

    /** IDR; or an SPS stands before another picture, together with a recovery point or random_access_indicator. */
    private static boolean avcKey(ByteBuf unit, boolean keyFlag) {
        boolean sps = false;
        int end = unit.writerIndex();
        int length;
        for (int at = unit.readerIndex(); (length = NalUnits.length(unit, at, end)) >= 0; at += NalUnits.PREFIX
                + length) {
            int type = unit.getByte(at + NalUnits.PREFIX) & 0x1F;
            if (type >= 1 && type <= H264_IDR) {
                return type == H264_IDR || (sps && (keyFlag || AvcConfig.isKey(unit)));
            }
            sps |= type == 7;
        }
        return false;
    }

    private boolean isDue() {
        if (keySeen || ++withoutKey < MAX_WITHOUT_KEY) {
            return false;
        }
        withoutKey = 0;
        return true;
    }

    /** Takes out what has no place in an access unit; whether a slice is left. */
    private boolean strip(ByteBuf unit) {
        boolean slices = false;
        int end = unit.writerIndex();
        int to = unit.readerIndex();
        int length;
        for (int at = to; (length = NalUnits.length(unit, at, end)) >= 0; at += NalUnits.PREFIX + length) {
            int nal = at + NalUnits.PREFIX;
            int whole = NalUnits.PREFIX + length;
            if (length <= sets.headerBytes() || sets.take(unit, nal, nal + length)) {
                continue;
            }
            if (to != at) {
                if (to == unit.readerIndex()) {
                    unit.readerIndex(at);
                    to = at;
                } else {
                    unit.setBytes(to, unit, at, whole);
                }
            }
            to += whole;
            slices |= sets.isSlice(unit, to - length);
        }
        unit.writerIndex(Math.max(to, unit.readerIndex()));
        return slices;
    }

    @Override
    public boolean takesCut() {
        return false;
    }

    @Override
    public void lost() {
        target.dropped();
    }

    @Override
    public void reset() {
        sets = hevc ? new H265Sets() : new H264Sets();
        configured = false;
        keySeen = false;
        withoutKey = 0;
        last = EsClock.ANY;
        clock.reset();
    }

    @Override
    public void close() {}
}
