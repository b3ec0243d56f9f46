package dev.penstock.dataplane.media.ts;

import java.util.List;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

/** What {@link TsDemuxer} takes out of a transport stream. All calls are made during calls of the demuxer. */
public interface DemuxEvents {
    /**
     * What the access units that follow belong to. Told before the first, and again when a configuration or the list changes.
     *
     * @param tracks at most one of video first, then audio; at least one
     */
    void tracks(List<Track> tracks);

    /**
     * An access unit; those of one track in decoding order, tracks interleaved as they arrive.
     *
     * @param sample of one of the tracks told last; this call takes ownership of its data
     */
    void sample(Sample sample);
}
