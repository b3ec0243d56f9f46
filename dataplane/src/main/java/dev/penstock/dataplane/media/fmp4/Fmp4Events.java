package dev.penstock.dataplane.media.fmp4;

import java.util.List;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

/** Hears what an {@link Fmp4Reader} finds. */
public interface Fmp4Events {
    /**
     * What the samples that follow belong to; before the first, and again when another movie box comes.
     *
     * @param tracks at most one of video first, then audio; at least one
     */
    void tracks(List<Track> tracks);

    /**
     * An access unit.
     *
     * @param sample ownership of its data passes to this call
     */
    void sample(Sample sample);

    /**
     * What follows is not continuous with what came: decoding times go back.
     */
    void discontinuity();

    /**
     * The bytes are no fragmented MP4 that can be read; everything after this is ignored.
     *
     * @param reason one line for the sender: what it is and what was expected
     */
    void refused(String reason);
}
