package dev.penstock.dataplane.hls;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.PreparedText;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.segment.CmafDirectory;
import dev.penstock.dataplane.segment.CmafRendition;

/**
 * Live streams that are cut into CMAF segments: the master playlist, {@code /live/{ns}/{name}/{rendition}.m3u8} with blocking
 * reload, preload hints, rendition reports and delta updates (draft-pantos-hls-rfc8216bis 6.2.5), and the segments, which DASH
 * lists as well. Requests wait for the first segment, and for what they ask for with {@code _HLS_msn}, for a while, then 503.
 * Any thread.
 */
public final class CmafHls {
    private static final Map<String, String> LIVE = Map.of("Cache-Control", "max-age=1");

    private final CmafDirectory playlists;
    private final CmafStreams streams = new CmafStreams();
    private final CmafMedia media;
    private final HlsViewers viewers;

    /**
     * @param playlists finds the streams whose HLS is CMAF
     * @param media finds all streams that are cut into CMAF segments, for HLS or DASH
     * @param viewers counts who asks for media playlists
     */
    public CmafHls(CmafDirectory playlists, CmafDirectory media, HlsViewers viewers) {
        this(playlists, media, viewers, UnfinishedSegments.NONE);
    }

    /**
     * As above, for streams with low-latency DASH as well.
     *
     * @param unfinished answers requests for segments that are not complete yet
     */
    public CmafHls(CmafDirectory playlists, CmafDirectory media, HlsViewers viewers, UnfinishedSegments unfinished) {
        this.playlists = playlists;
        this.media = new CmafMedia(media, streams, unfinished);
        this.viewers = viewers;
    }

    /** Adds the routes, after those of playlists with fixed names. */
    void routes(Router router) {
        router.get("/live/{ns}/{name}/{rendition}.m3u8", this::media);
        media.routes(router);
    }

    /** Whether the HLS of a stream is CMAF. */
    boolean serves(String namespace, String name) {
        return playlists.find(namespace, name).isPresent();
    }

    /** Answers with the master playlist. */
    void master(Exchange exchange) throws HttpError {
        CmafStream stream = find(exchange);
        stream.respond(exchange, Snapshot::settlesMaster, now -> {
            if (now.hasSegments()) {
                now.master().send(exchange, 200, LiveHls.PLAYLIST_TYPE, LIVE);
            } else {
                stream.unavailable(exchange, "has ended");
            }
        }, stream.firstNanos(), "has no segment yet");
    }

    private void media(Exchange exchange) throws HttpError {
        CmafStream stream = find(exchange);
        String rendition = exchange.param("rendition");
        Directives asked = Directives.of(exchange);
        asked.check(stream.now().edge(rendition), stream.promise());
        viewers.seen(LiveHls.streamOf(exchange), exchange.remoteAddress(), exchange.header("User-Agent").orElse(""),
                stream.promise().targetSeconds());
        Consumer<Snapshot> answer = now -> playlist(exchange, stream, asked, now);
        if (asked.blocking()) {
            stream.respond(exchange,
                    now -> now.settles(rendition) && asked.reached(now.edge(rendition), now.view().ended()),
                    answer, stream.reloadNanos(), "what _HLS_msn asks for is not there yet");
        } else {
            stream.respond(exchange, now -> now.settles(rendition), answer, stream.firstNanos(), "has no segment yet");
        }
    }

    private static void playlist(Exchange exchange, CmafStream stream, Directives asked, Snapshot now) {
        Optional<PreparedText> text = now.media(exchange.param("rendition"), asked.skip());
        if (text.isPresent()) {
            boolean fixed = asked.blocking() && !now.view().ended();
            text.get().send(exchange, 200, LiveHls.PLAYLIST_TYPE, fixed ? stream.reloadHeaders() : LIVE);
        } else if (now.view().renditions().isEmpty()) {
            stream.unavailable(exchange, "has ended");
        } else {
            exchange.fail(new HttpError(404, "rendition " + exchange.param("rendition") + " of stream "
                    + LiveHls.streamOf(exchange) + ": not there (expected: " + now.view().renditions().stream()
                            .map(CmafRendition::name).collect(Collectors.joining(", "))
                    + ")"));
        }
    }

    private CmafStream find(Exchange exchange) throws HttpError {
        return playlists.find(exchange.param("ns"), exchange.param("name")).map(streams::of)
                .orElseThrow(() -> LiveHls.notServed(exchange));
    }
}
