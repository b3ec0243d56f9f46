package dev.penstock.dataplane.segment;

import java.util.List;

/**
 * One track of a stream as CMAF: a video or an audio track.
 *
 * @param name its name in URLs, of {@code a-z0-9}: {@code video}, {@code audio}, {@code audio2}
 * @param video whether it is video; else it is audio
 * @param segments what playlists list, oldest first, sequences rising by one but at a new run; the last may not be complete, where
 *     parts are offered
 */
public record CmafRendition(String name, boolean video, List<CmafSegment> segments) {
    /** Copies the list. */
    public CmafRendition {
        segments = List.copyOf(segments);
    }
}
