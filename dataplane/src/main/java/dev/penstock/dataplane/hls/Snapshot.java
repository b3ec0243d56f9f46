package dev.penstock.dataplane.hls;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import dev.penstock.dataplane.hls.playlist.CmafMaster;
import dev.penstock.dataplane.hls.playlist.CmafPlaylistWriter;
import dev.penstock.dataplane.hls.playlist.LowLatency;
import dev.penstock.dataplane.http.PreparedText;
import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafView;

/** What is listed of a stream at one moment, and the playlists that say so, each made at most once. Any thread. */
final class Snapshot {
    private static final String MASTER = "";
    private static final String DELTA = "?";

    private final LowLatency promise;
    private final CmafView view;
    private final Map<String, LiveEdge> edges;
    private final Map<String, PreparedText> texts = new ConcurrentHashMap<>();

    Snapshot(LowLatency promise, CmafView view) {
        this.promise = promise;
        this.view = view;
        edges = view.renditions().stream().collect(Collectors.toMap(CmafRendition::name, LiveEdge::of));
    }

    CmafView view() {
        return view;
    }

    /** How far a rendition has come; nowhere when it does not exist. */
    LiveEdge edge(String rendition) {
        return edges.getOrDefault(rendition, LiveEdge.NONE);
    }

    /** Whether waiting longer for the master playlist is of no use. */
    boolean settlesMaster() {
        return CmafMaster.isReady(view) || view.ended();
    }

    /** Whether any segment is complete. */
    boolean hasSegments() {
        return view.renditions().stream().flatMap(r -> r.segments().stream()).anyMatch(CmafSegment::complete);
    }

    /** Whether waiting longer for a rendition's playlist is of no use: it lists a segment, or will never be there. */
    boolean settles(String rendition) {
        return view.ended() || view.rendition(rendition).map(r -> r.segments().stream().anyMatch(CmafSegment::complete))
                .orElseGet(() -> CmafMaster.isReady(view));
    }

    PreparedText master() {
        return texts.computeIfAbsent(MASTER, key -> new PreparedText(CmafMaster.write(view)));
    }

    /** A rendition's playlist; empty when there is no such rendition, or nothing to list of it. */
    Optional<PreparedText> media(String name, boolean skip) {
        boolean delta = skip && promise.skipUntil().isPresent();
        return view.rendition(name).filter(r -> !r.segments().isEmpty())
                .map(rendition -> texts.computeIfAbsent(delta ? name + DELTA : name, key -> new PreparedText(
                        CmafPlaylistWriter.write(promise, view, rendition, delta))));
    }
}
