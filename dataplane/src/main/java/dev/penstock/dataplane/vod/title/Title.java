package dev.penstock.dataplane.vod.title;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.penstock.dataplane.media.fmp4.Fmp4Exception;
import dev.penstock.dataplane.media.mp4.Mp4Index;
import dev.penstock.dataplane.media.mp4.Mp4Track;

/**
 * A file as it is played: its first video track and all of its sound, cut alike. Immutable.
 *
 * @param renditions video first; at least one, all of as many segments
 * @param memoryBytes about how much memory it takes
 */
public record Title(List<Rendition> renditions, long memoryBytes) {
    /** Length that segments are cut to, where keys allow. */
    public static final int TARGET_SECONDS = 6;

    /** Copies the list. */
    public Title {
        renditions = List.copyOf(renditions);
    }

    /**
     * What a file's index says.
     *
     * @throws Fmp4Exception when it cannot be cut; the message is for people
     */
    public static Title of(Mp4Index index) throws Fmp4Exception {
        List<Mp4Track> tracks = new ArrayList<>(
                index.tracks().stream().filter(track -> track.coding().video()).limit(1).toList());
        boolean video = !tracks.isEmpty();
        index.tracks().stream().filter(track -> !track.coding().video()).forEach(tracks::add);
        List<Span> spans = new ArrayList<>();
        for (Mp4Track track : tracks) {
            spans.add(Span.of(track));
        }
        Cuts cuts = video
                ? Cuts.atKeys(tracks.getFirst(), spans.getFirst(), TARGET_SECONDS)
                : Cuts.anywhere(tracks.getFirst(), spans.getFirst(), TARGET_SECONDS);
        for (int i = 1; i < tracks.size(); i++) {
            cuts = cuts.upTo(spans.get(i).endTicks(), tracks.get(i).timescale(), TARGET_SECONDS);
        }
        List<Rendition> renditions = new ArrayList<>();
        int sounds = 0;
        for (int i = 0; i < tracks.size(); i++) {
            boolean isVideo = tracks.get(i).coding().video();
            String name = isVideo ? "video" : ++sounds == 1 ? "audio" : "audio" + sounds;
            renditions.add(Rendition.of(name, tracks.get(i), spans.get(i), cuts));
        }
        long memory = index.memoryBytes() + renditions.stream().mapToLong(Rendition::memoryBytes).sum();
        return new Title(renditions, memory);
    }

    /** The rendition of a name. */
    public Optional<Rendition> rendition(String name) {
        return renditions.stream().filter(rendition -> rendition.name().equals(name)).findFirst();
    }
}
