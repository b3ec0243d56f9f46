package dev.penstock.dataplane.hls;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.penstock.dataplane.hls.playlist.LivePlaylists;
import dev.penstock.dataplane.hls.playlist.MasterPlaylistWriter;
import dev.penstock.dataplane.hls.playlist.MediaPlaylistWriter;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.segment.Segment;
import dev.penstock.dataplane.segment.SegmentDirectory;
import dev.penstock.dataplane.segment.SegmentWindow;

/**
 * Live streams as HLS: {@code /live/{ns}/{name}/index.m3u8}, which leads to TS segments, {@code media.m3u8} and
 * {@code seg-{seq}.ts}, or to CMAF segments ({@link CmafHls}). Playlists asked for before the first segment wait for it for a
 * while, then 503. Any thread.
 */
public final class LiveHls {
    static final String PLAYLIST_TYPE = "application/vnd.apple.mpegurl";
    private static final Map<String, String> PLAYLIST_HEADERS = Map.of("Cache-Control", "max-age=1");
    private static final Map<String, String> SEGMENT_HEADERS = Map.of("Cache-Control",
            "public, max-age=3600, immutable");

    private final SegmentDirectory directory;
    private final HlsViewers viewers;
    private final CmafHls cmaf;

    /** Streams with TS segments only. */
    public LiveHls(SegmentDirectory directory, HlsViewers viewers) {
        this(directory, new CmafHls((ns, name) -> Optional.empty(), (ns, name) -> Optional.empty(), viewers), viewers);
    }

    /**
     * @param directory finds streams with TS segments
     * @param cmaf answers for the others
     * @param viewers counts who asks for media playlists
     */
    public LiveHls(SegmentDirectory directory, CmafHls cmaf, HlsViewers viewers) {
        this.directory = directory;
        this.cmaf = cmaf;
        this.viewers = viewers;
    }

    /** Adds the routes. */
    public void routes(Router router) {
        router.get("/live/{ns}/{name}/index.m3u8", this::master);
        router.get("/live/{ns}/{name}/media.m3u8", this::media);
        router.get("/live/{ns}/{name}/seg-{seq}.ts", this::segment);
        cmaf.routes(router);
    }

    private void master(Exchange exchange) throws HttpError {
        if (cmaf.serves(exchange.param("ns"), exchange.param("name"))) {
            cmaf.master(exchange);
            return;
        }
        SegmentWindow window = find(exchange);
        FirstSegment.await(exchange, window, () -> {
            List<Segment.Info> segments = window.view().segments();
            playlist(exchange, MasterPlaylistWriter.write(List.of(LivePlaylists.variant(segments, "media.m3u8")),
                    segments.stream().allMatch(Segment.Info::independent)));
        });
    }

    private void media(Exchange exchange) throws HttpError {
        SegmentWindow window = find(exchange);
        viewers.seen(streamOf(exchange), exchange.remoteAddress(), exchange.header("User-Agent").orElse(""),
                window.config().targetSeconds());
        FirstSegment.await(exchange, window, () -> {
            SegmentWindow.View view = window.view();
            playlist(exchange, MediaPlaylistWriter
                    .write(LivePlaylists.media(view.segments(), window.config().targetSeconds(), view.ended())));
        });
    }

    private void segment(Exchange exchange) throws HttpError {
        SegmentWindow window = find(exchange);
        long sequence = sequence(exchange);
        Segment segment = window.acquire(sequence).orElseThrow(() -> missing(exchange, window, sequence));
        try {
            exchange.send(200, "video/mp2t", SEGMENT_HEADERS, segment.content().retainedDuplicate());
        } finally {
            segment.release();
        }
    }

    private SegmentWindow find(Exchange exchange) throws HttpError {
        SegmentWindow window = directory.find(exchange.param("ns"), exchange.param("name"))
                .orElseThrow(() -> notServed(exchange));
        window.touch();
        return window;
    }

    private static long sequence(Exchange exchange) throws HttpError {
        String text = exchange.param("seq");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new HttpError(404, "segment " + text + ": no such segment (expected: a number)");
        }
    }

    private static HttpError missing(Exchange exchange, SegmentWindow window, long sequence) {
        String what = "segment " + sequence + " of stream " + streamOf(exchange);
        List<Segment.Info> listed = window.view().segments();
        if (listed.isEmpty()) {
            return new HttpError(404, what + ": the stream has no segment yet");
        }
        String range = " (expected: " + listed.getFirst().sequence() + " to " + listed.getLast().sequence() + ")";
        return new HttpError(404,
                what + (sequence > listed.getLast().sequence() ? ": is not there yet" : ": has left the window")
                        + range);
    }

    private static void playlist(Exchange exchange, String text) {
        exchange.send(200, PLAYLIST_TYPE, PLAYLIST_HEADERS, text);
    }

    static HttpError notServed(Exchange exchange) {
        return new HttpError(404, "stream " + streamOf(exchange) + ": not served here");
    }

    static String streamOf(Exchange exchange) {
        return exchange.param("ns") + "/" + exchange.param("name");
    }
}
