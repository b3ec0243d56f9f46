package dev.penstock.dataplane.ingest.hls;

import java.util.Comparator;

/** Chooses a variant. Pure. */
final class VariantPlanner {
    private VariantPlanner() {}

    /**
     * The variant with the highest bandwidth of those that hold their audio themselves.
     *
     * @throws PlaylistException when there is none
     */
    static Playlist.Variant best(Playlist.Master master) throws PlaylistException {
        return master.variants().stream().filter(variant -> variant.audioElsewhere().isEmpty())
                .max(Comparator.comparingLong(Playlist.Variant::bandwidth))
                .orElseThrow(() -> new PlaylistException("has its audio in playlists of its own (AUDIO=\""
                        + master.variants().getFirst().audioElsewhere().map(g -> g.replaceAll("[^\\x20-\\x7e]", "?"))
                                .orElse("")
                        + "\"), not served yet (expected: a variant with its audio muxed in)"));
    }
}
