package dev.penstock.dataplane.media.flv;

import java.util.List;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

/** Hears what an {@link FlvReader} finds. */
public interface FlvEvents {
    /**
     * What the samples that follow belong to; before the first sample, and again when a track appears or its configuration changes.
     *
     * @param tracks video as number 0, audio as number 1; at least one of them
     */
    void tracks(List<Track> tracks);

    /**
     * An access unit.
     *
     * @param sample ownership of its data passes to this call
     */
    void sample(Sample sample);

    /**
     * What follows is not continuous with what came.
     *
     * @param reason one line for people
     */
    void discontinuity(String reason);

    /**
     * The sender uses a coding that is not served; everything after this is ignored.
     *
     * @param reason one line for the sender: what it is and what was expected
     */
    void refused(String reason);
}
