package dev.penstock.dataplane.dash;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.dash.manifest.IsoText;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.segment.CmafWindow;

/**
 * Live streams as MPEG-DASH: {@code /live/{ns}/{name}/manifest.mpd} and {@code time}, the server's clock. Segments are named
 * by their time ({@code {rendition}/time/{ticks}.m4s}) or, with low latency, by their number as with HLS, whose routes leave those that grow
 * to {@link #unfinished}. A manifest that is asked for before the first segment waits for it
 * for a while, then 503. Any thread.
 */
public final class LiveDash {
    private static final String MANIFEST_TYPE = "application/dash+xml";
    private static final String TIME_URL = "time";
    private static final Pattern TICKS = Pattern.compile("[0-9]{1,18}");

    private final DashDirectory directory;
    private final InstantSource clock;
    private final DashMetrics metrics;
    private final GrowingSegments growing;
    private final Map<String, DashStream> streams = new ConcurrentHashMap<>();

    /**
     * @param directory finds streams
     * @param clock wall clock
     * @param metrics counts clients
     */
    public LiveDash(DashDirectory directory, InstantSource clock, DashMetrics metrics) {
        this.directory = directory;
        this.clock = clock;
        this.metrics = metrics;
        growing = new GrowingSegments(metrics, GrowingSegments.DEFAULT_MOST);
    }

    /** Adds the routes. */
    public void routes(Router router) {
        router.get("/live/{ns}/{name}/manifest.mpd", this::manifest);
        router.get("/live/{ns}/{name}/" + TIME_URL, this::time);
        router.get("/live/{ns}/{name}/{rendition}/time/{ticks}.m4s", this::segment);
    }

    /**
     * Answers with a segment that grows or is the next to begin, of a stream with low latency; on the exchange's event loop. The
     * exchange's route has {@code {ns}} and {@code {name}}.
     *
     * @return false when it is neither, or the stream has no low latency: the exchange is not answered
     * @throws HttpError 503 when too many are sent already
     */
    public boolean unfinished(Exchange exchange, CmafWindow window, String rendition, long sequence) throws HttpError {
        boolean offered = directory.find(exchange.param("ns"), exchange.param("name")).filter(DashOutput::lowLatency)
                .isPresent();
        return offered && growing.answer(exchange, window, rendition, sequence);
    }

    /**
     * Why the newest manifest of a stream that wants low latency has none, one sentence for people; empty when it has, or nobody has asked
     * for it yet.
     */
    public Optional<String> notLowLatency(String namespace, String name) {
        DashStream stream = streams.get(namespace + "/" + name);
        return stream == null ? Optional.empty() : stream.last().notLowLatency();
    }

    private void manifest(Exchange exchange) throws HttpError {
        DashStream stream = find(exchange);
        stream.window().touch();
        Waiting.await(exchange, stream, metrics, () -> stream.now().manifest().exists(), () -> {
            DashStream.Prepared now = stream.now();
            if (now.manifest().exists()) {
                now.text().send(exchange, 200, MANIFEST_TYPE,
                        Map.of("Cache-Control", "max-age=1", "ETag", "W/\"" + now.manifest().tag() + "\""));
            } else {
                exchange.fail(new HttpError(503, "stream " + streamOf(exchange) + ": has no segment any more",
                        Map.of("Retry-After", "1")));
            }
        });
    }

    private void time(Exchange exchange) throws HttpError {
        find(exchange);
        exchange.send(200, "text/plain; charset=utf-8", Map.of("Cache-Control", "no-store"),
                IsoText.date(clock.instant()));
    }

    /** One that the manifest lists, or the next, which is waited for: FFmpeg asks for it without a look at the clock. */
    private void segment(Exchange exchange) throws HttpError {
        DashStream stream = find(exchange);
        stream.window().touch();
        String rendition = exchange.param("rendition");
        String text = exchange.param("ticks");
        long ticks = TICKS.matcher(text).matches() ? Long.parseLong(text) : -1;
        Optional<ByteBuf> bytes = stream.segment(rendition, ticks);
        if (bytes.isPresent()) {
            send(exchange, rendition, bytes.get());
        } else if (stream.isNext(rendition, ticks)) {
            Waiting.await(exchange, stream, metrics, () -> !stream.isNext(rendition, ticks),
                    () -> stream.segment(rendition, ticks).ifPresentOrElse(there -> send(exchange, rendition, there),
                            () -> exchange.fail(missing(exchange, rendition, text))));
        } else {
            throw missing(exchange, rendition, text);
        }
    }

    private static void send(Exchange exchange, String rendition, ByteBuf bytes) {
        exchange.send(200, rendition.startsWith("video") ? "video/mp4" : "audio/mp4", GrowingSegment.HEADERS, bytes);
    }

    private static HttpError missing(Exchange exchange, String rendition, String ticks) {
        return new HttpError(404, "segment " + ticks + " of " + rendition + " of stream " + streamOf(exchange)
                + ": is not there (expected: a time that the manifest lists)");
    }

    private DashStream find(Exchange exchange) throws HttpError {
        String name = streamOf(exchange);
        DashOutput output = directory.find(exchange.param("ns"), exchange.param("name")).orElseThrow(
                () -> new HttpError(404, "stream " + name + ": not served here as DASH"));
        DashStream known = streams.get(name);
        if (known != null && known.output().equals(output)) {
            return known;
        }
        // Those that have ended stay until another comes: their clients may still ask for the last manifest.
        streams.values().removeIf(stream -> stream.window().view().ended());
        return streams.compute(name, (key, there) -> there != null && there.output().equals(output)
                ? there
                : new DashStream(output, TIME_URL, clock));
    }

    static String streamOf(Exchange exchange) {
        return exchange.param("ns") + "/" + exchange.param("name");
    }
}
