package dev.penstock.dataplane.media;

import java.util.Arrays;

/**
 * An elementary stream that a source announces, before its first access unit.
 *
 * @param id number of the track in its source, from 0; the same for as long as the source delivers
 * @param codec how it is coded
 * @param config the codec's configuration record, see {@link Codec}; empty where there is none. Not changed by anybody
 */
public record Track(int id, Codec codec, byte[] config) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Track track && id == track.id && codec == track.codec
                && Arrays.equals(config, track.config);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * id + codec.hashCode()) + Arrays.hashCode(config);
    }

    @Override
    public String toString() {
        return codec + "#" + id;
    }
}
