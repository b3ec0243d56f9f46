package dev.penstock.dataplane.trickplay;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.netty.buffer.Unpooled;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.Router;

/**
 * {@code /live/{ns}/{name}/poster.jpg}: the newest keyframe of a live stream, at most 640 pixels wide or as {@code ?w=} says. Not
 * before the first keyframe: 503. A poster is given out for 5 s. Any thread.
 */
public final class PosterHandler implements HttpHandler, AutoCloseable {
    private static final int DEFAULT_WIDTH = 640;
    private static final int MIN_WIDTH = 16;
    private static final int MAX_WIDTH = 1920;
    /** Decoding at once; it keeps a core busy, and a virtual thread would keep the others from theirs. */
    private static final int THREADS = 2;
    private static final int QUEUE = 64;
    private static final Map<String, String> RETRY = Map.of("Retry-After", "1");

    private final Keyframes.Directory directory;
    private final ThreadPoolExecutor executor = new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE), Thread.ofPlatform().daemon().name("penstock-poster-", 0).factory());
    private final Posters posters;

    /**
     * @param directory finds streams
     * @param nanos time in nanoseconds from any beginning
     */
    public PosterHandler(Keyframes.Directory directory, LongSupplier nanos) {
        this.directory = directory;
        executor.allowCoreThreadTimeOut(true);
        posters = new Posters(executor, nanos);
    }

    /** Adds the route. */
    public void routes(Router router) {
        router.get("/live/{ns}/{name}/poster.jpg", this);
    }

    @Override
    public void handle(Exchange exchange) throws HttpError {
        int width = width(exchange.query("w"));
        String stream = exchange.param("ns") + "/" + exchange.param("name");
        Keyframes keyframes = directory.find(exchange.param("ns"), exchange.param("name"))
                .orElseThrow(() -> new HttpError(404, "stream " + stream + ": not served here"));
        keyframes.touch();
        posters.ask(stream, keyframes, width, poster -> answer(exchange, stream, poster));
    }

    private static void answer(Exchange exchange, String stream, Posters.Poster poster) {
        if (poster.status() == 200) {
            exchange.send(200, "image/jpeg",
                    Map.of("Cache-Control", "max-age=" + Posters.FRESH.toSeconds(), "ETag", poster.tag()),
                    Unpooled.wrappedBuffer(poster.jpeg()));
        } else {
            exchange.fail(new HttpError(poster.status(), "poster of stream " + stream + ": " + poster.problem(),
                    poster.status() == 503 ? RETRY : Map.of()));
        }
    }

    private static int width(Optional<String> asked) throws HttpError {
        if (asked.isEmpty()) {
            return DEFAULT_WIDTH;
        }
        String text = asked.get();
        int width = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
        if (width < MIN_WIDTH || width > MAX_WIDTH) {
            throw new HttpError(400,
                    "w: " + text + " (expected: " + MIN_WIDTH + " to " + MAX_WIDTH + ", pixels of width)");
        }
        return width;
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
