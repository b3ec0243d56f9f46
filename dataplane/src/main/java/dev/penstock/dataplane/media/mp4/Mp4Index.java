package dev.penstock.dataplane.media.mp4;

import java.util.List;

/**
 * What a file holds: its tracks that can be served, and where their access units are. Immutable.
 *
 * @param tracks in the order of the file; at least one
 * @param others sample entries of tracks that are left out, such as {@code tmcd}
 */
public record Mp4Index(List<Mp4Track> tracks, List<String> others) {
    /** Copies the lists. */
    public Mp4Index {
        tracks = List.copyOf(tracks);
        others = List.copyOf(others);
    }

    /** About how much memory it takes. */
    public long memoryBytes() {
        return 1000 + tracks.stream().mapToLong(track -> 1000 + track.samples().memoryBytes()).sum();
    }
}
