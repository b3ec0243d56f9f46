package dev.penstock.dataplane.trickplay;

import java.util.List;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ffmpeg.JpegMaker;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.ts.DemuxEvents;
import dev.penstock.dataplane.media.ts.TsDemuxer;

/** Makes a JPEG of the first key access unit of video in a piece of a transport stream. One owner; blocks for the time of decoding. */
final class Picture implements DemuxEvents {
    private List<Track> tracks = List.of();
    private @Nullable Sample key;

    private Picture() {}

    /**
     * A picture, or why there is none.
     *
     * @param jpeg the file; empty of bytes when there is none
     * @param problem one line for a person
     * @param lasting whether another try is of no use
     */
    record Result(byte[] jpeg, String problem, boolean lasting) {}

    /**
     * @param packets of a transport stream, from tables on; stay the caller's
     */
    static Result of(ByteBuf packets, int width) {
        Picture picture = new Picture();
        try (TsDemuxer demuxer = new TsDemuxer(ByteBufAllocator.DEFAULT, picture)) {
            demuxer.packets(packets);
            demuxer.flush();
            Sample found = picture.key;
            if (found != null) {
                Track track = picture.tracks.getFirst();
                Optional<byte[]> jpeg = JpegMaker.make(track, found.data(), width);
                return jpeg.map(bytes -> new Result(bytes, "", false))
                        .orElseGet(() -> new Result(new byte[0], "the newest keyframe cannot be decoded", false));
            }
            return demuxer.refused().isEmpty()
                    ? new Result(new byte[0], "has no video", true)
                    : new Result(new byte[0], String.join("; ", demuxer.refused()), true);
        } finally {
            if (picture.key != null) {
                picture.key.data().release();
            }
        }
    }

    @Override
    public void tracks(List<Track> now) {
        tracks = now;
    }

    @Override
    public void sample(Sample sample) {
        if (key == null && sample.key() && tracks.getFirst().codec().isVideo()
                && tracks.getFirst().id() == sample.track()) {
            key = sample;
        } else {
            sample.data().release();
        }
    }
}
