package dev.penstock.dataplane.segment;

import java.util.List;
import java.util.Optional;

/**
 * What playlists list of a stream at one moment; immutable.
 *
 * @param version rises with each change
 * @param renditions video first, then audio; empty before the first part is there
 * @param ended whether nothing follows
 */
public record CmafView(long version, List<CmafRendition> renditions, boolean ended) {
    /** Nothing is there yet. */
    public static final CmafView EMPTY = new CmafView(0, List.of(), false);

    /** Copies the list. */
    public CmafView {
        renditions = List.copyOf(renditions);
    }

    /** The rendition of a name. */
    public Optional<CmafRendition> rendition(String name) {
        return renditions.stream().filter(r -> r.name().equals(name)).findFirst();
    }
}
