package dev.penstock.dataplane.media.fmp4;

import dev.penstock.dataplane.media.Codec;

/**
 * A track of a movie box.
 *
 * @param id track_ID
 * @param timescale ticks per second
 * @param codec how it is coded
 * @param config the codec's configuration record; empty while it is in band only
 * @param lengthSize bytes of the length before each NAL unit
 * @param editTicks where the presentation starts, from the edit list
 * @param defaults of its fragments
 */
record MovieTrack(long id, long timescale, Codec codec, byte[] config, int lengthSize, long editTicks,
        Defaults defaults) {
    /**
     * What the samples of a fragment have unless it says otherwise (8.8.3).
     *
     * @param duration ticks
     * @param size bytes
     * @param flags sample_flags
     */
    record Defaults(long duration, long size, int flags) {
        /** Nothing is said. */
        static final Defaults NONE = new Defaults(0, 0, 0);
    }

    MovieTrack with(Defaults other) {
        return new MovieTrack(id, timescale, codec, config, lengthSize, editTicks, other);
    }
}
