package dev.penstock.dataplane.hls;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.segment.CmafDirectory;
import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafView;

/**
 * Initialization segments, segments and parts of live streams: {@code {rendition}/init-{id}.mp4}, {@code {rendition}/{seq}.m4s}
 * and {@code {rendition}/{seq}.{part}.m4s}. None of them ever changes. The part that playlists hint at is waited for. Any thread.
 */
final class CmafMedia {
    private static final Map<String, String> HEADERS = Map.of("Cache-Control", "public, max-age=3600, immutable");

    private final CmafDirectory directory;
    private final CmafStreams streams;
    private final UnfinishedSegments unfinished;

    CmafMedia(CmafDirectory directory, CmafStreams streams, UnfinishedSegments unfinished) {
        this.directory = directory;
        this.streams = streams;
        this.unfinished = unfinished;
    }

    void routes(Router router) {
        router.get("/live/{ns}/{name}/{rendition}/init-{id}.mp4", this::init);
        router.get("/live/{ns}/{name}/{rendition}/{piece}.m4s", this::piece);
    }

    private void init(Exchange exchange) throws HttpError {
        CmafStream stream = find(exchange);
        String id = exchange.param("id");
        ByteBuf bytes = stream.window().init(exchange.param("rendition"), id)
                .orElseThrow(() -> missing(exchange, "init " + id, "no segment that is kept needs it"));
        send(exchange, stream, bytes);
    }

    private void piece(Exchange exchange) throws HttpError {
        CmafStream stream = find(exchange);
        String name = exchange.param("piece");
        int dot = name.indexOf('.');
        long sequence = number(exchange, dot < 0 ? name : name.substring(0, dot), Long.MAX_VALUE);
        if (dot < 0) {
            segment(exchange, stream, sequence);
        } else {
            part(exchange, stream, sequence, (int) number(exchange, name.substring(dot + 1), Integer.MAX_VALUE));
        }
    }

    private void segment(Exchange exchange, CmafStream stream, long sequence) throws HttpError {
        String rendition = exchange.param("rendition");
        Optional<ByteBuf> whole = stream.window().segment(rendition, sequence);
        if (whole.isPresent()) {
            send(exchange, stream, whole.get());
        } else if (!unfinished.answer(exchange, stream.window(), rendition, sequence)) {
            throw missing(exchange, "segment " + sequence, where(exchange, stream, sequence));
        }
    }

    private void part(Exchange exchange, CmafStream stream, long sequence, int part) throws HttpError {
        String rendition = exchange.param("rendition");
        Optional<ByteBuf> bytes = stream.window().part(rendition, sequence, part);
        if (bytes.isPresent()) {
            send(exchange, stream, bytes.get());
        } else if (stream.now().edge(rendition).isNext(sequence, part) && !stream.now().view().ended()) {
            stream.respond(exchange, now -> now.view().ended() || now.edge(rendition).hasPassed(sequence, part),
                    now -> {
                        Optional<ByteBuf> made = stream.window().part(rendition, sequence, part);
                        if (made.isPresent()) {
                            send(exchange, stream, made.get());
                        } else {
                            exchange.fail(missing(exchange, "part " + sequence + "." + part, "was never made"));
                        }
                    }, stream.reloadNanos(), "part " + sequence + "." + part + " is not there yet");
        } else {
            throw missing(exchange, "part " + sequence + "." + part, where(exchange, stream, sequence));
        }
    }

    private static void send(Exchange exchange, CmafStream stream, ByteBuf bytes) {
        boolean video = stream.now().view().rendition(exchange.param("rendition")).map(CmafRendition::video)
                .orElse(true);
        exchange.send(200, video ? "video/mp4" : "audio/mp4", HEADERS, bytes);
    }

    private static long number(Exchange exchange, String text, long most) throws HttpError {
        try {
            long value = Long.parseLong(text);
            if (value >= 0 && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new HttpError(404, "segment " + exchange.param("piece")
                + ": no such segment (expected: {sequence}.m4s or {sequence}.{part}.m4s)");
    }

    private static HttpError missing(Exchange exchange, String what, String why) {
        return new HttpError(404, what + " of " + exchange.param("rendition") + " of stream "
                + LiveHls.streamOf(exchange) + ": " + why);
    }

    private static String where(Exchange exchange, CmafStream stream, long sequence) {
        CmafView view = stream.now().view();
        List<CmafSegment> listed = view.rendition(exchange.param("rendition")).map(CmafRendition::segments)
                .orElse(List.of());
        if (listed.isEmpty()) {
            return view.renditions().isEmpty() ? "the stream has no segment yet" : "there is no such rendition";
        }
        return (sequence >= listed.getLast().sequence() ? "is not there" : "has left the window") + " (expected: "
                + listed.getFirst().sequence() + " to " + listed.getLast().sequence() + ")";
    }

    private CmafStream find(Exchange exchange) throws HttpError {
        return directory.find(exchange.param("ns"), exchange.param("name")).map(streams::of)
                .orElseThrow(() -> LiveHls.notServed(exchange));
    }
}
