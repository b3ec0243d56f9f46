package dev.penstock.dataplane.media.rtp;

import java.util.Optional;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

/** Gives the access units of a track their times on the session's clock. One owner. */
final class SampleMaker implements UnitSink {
    /** B-frames step back by this at most, for each frame of reordering. */
    private static final int BACK_MILLIS = 400;

    private final int id;
    private final Codec codec;
    private final TrackClock clock;
    private final DtsMaker decoding = new DtsMaker();
    private final Output out;
    private final @Nullable Recoder recoder;
    private @Nullable Track track;
    private long lastPts = Long.MIN_VALUE;
    private long droppedUnits;

    /** What a track's samples go to. */
    interface Output {
        /** The track has a configuration, or another one. */
        void changed();

        /** A sample; ownership of its data passes to this call. */
        void sample(Sample sample, boolean startsVideo);
    }

    /**
     * @param recoder codes the units anew; null when they go out as they are
     */
    SampleMaker(int id, Codec codec, TrackClock clock, Output out, @Nullable Recoder recoder) {
        this.id = id;
        this.codec = codec;
        this.clock = clock;
        this.out = out;
        this.recoder = recoder;
    }

    /** The track, once its configuration is known. */
    Optional<Track> track() {
        return Optional.ofNullable(track);
    }

    boolean isVideo() {
        return codec.isVideo();
    }

    /** Access units dropped: damaged, or of a time that was over. */
    long droppedUnits() {
        return droppedUnits;
    }

    /** The clock was set anew. */
    void restart() {
        decoding.restart();
    }

    @Override
    public void config(byte[] config, int reorder) {
        decoding.atLeast(reorder);
        clock.allowBack(codec.isVideo() ? BACK_MILLIS * (reorder < 0 ? 1 : Math.min(reorder, 3)) : 0);
        Track now = new Track(id, codec, config);
        if (!now.equals(track)) {
            track = now;
            out.changed();
        }
    }

    @Override
    public void unit(long time, boolean key, ByteBuf data) {
        long pts = clock.ticks(time);
        if (recoder != null) {
            recoder.unit(pts, data);
        } else if (codec.isVideo()) {
            long dts = decoding.next(pts);
            out.sample(new Sample(id, dts, Math.max(pts, dts), key, data), key);
        } else {
            audio(pts, data);
        }
    }

    /** A frame of audio; what was heard already, before a sender report moved the track back, is not heard again. */
    void audio(long pts, ByteBuf data) {
        if (pts <= lastPts) {
            data.release();
            droppedUnits++;
            return;
        }
        lastPts = pts;
        out.sample(new Sample(id, pts, pts, true, data), false);
    }

    @Override
    public void dropped() {
        droppedUnits++;
    }
}
