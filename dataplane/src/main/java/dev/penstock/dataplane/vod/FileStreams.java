package dev.penstock.dataplane.vod;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.media.fmp4.Fmp4Exception;
import dev.penstock.dataplane.telemetry.LogKeys;
import dev.penstock.dataplane.vod.storage.Storage;
import dev.penstock.dataplane.vod.storage.StoragePath;
import dev.penstock.dataplane.vod.title.Rendition;
import dev.penstock.dataplane.vod.title.SegmentPlan;
import dev.penstock.dataplane.vod.title.TitleView;

/**
 * Answers {@code /hls/{storage}/{key}/...} and {@code /dash/{storage}/{key}/...}, where the key is a path by {@link StoragePath}:
 * playlists, manifests and segments of files. Each request is answered on a virtual thread, since files block.
 */
public final class FileStreams {
    private static final Logger LOG = LoggerFactory.getLogger(FileStreams.class);
    private static final String PLAYLIST = "application/vnd.apple.mpegurl";
    private static final String MANIFEST = "application/dash+xml";
    private static final String FRESH = "public, max-age=10";
    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    private final Function<String, Optional<Storage>> storages;
    private final TitleCache titles;
    private final VodMetrics metrics;
    private final Executor workers;

    /**
     * @param storages finds a storage by its name; any thread
     * @param workers runs each request; a virtual thread per task
     * @param indexBytes most memory of indexes of files that are kept open
     * @param nanos for durations
     */
    public FileStreams(Function<String, Optional<Storage>> storages, Executor workers, long indexBytes,
            LongSupplier nanos, VodMetrics metrics) {
        this.storages = storages;
        this.workers = workers;
        this.metrics = metrics;
        titles = new TitleCache(indexBytes, nanos, metrics);
    }

    /** What is answered of a file. It is released after this; whoever needs it longer retains it. */
    private interface Answer {
        void to(Exchange exchange, OpenTitle title) throws HttpError;
    }

    /** Adds the routes. */
    public void routes(Router router) {
        String hls = "/hls/{storage}/{key}/";
        String dash = "/dash/{storage}/{key}/";
        router.get(hls + "index.m3u8", answer((exchange, title) -> text(exchange, PLAYLIST, title, "m",
                title.view().master())));
        router.get(hls + "{file}", answer(FileStreams::playlist));
        router.get(dash + "manifest.mpd", answer((exchange, title) -> text(exchange, MANIFEST, title, "d",
                title.view().manifest(title.version().modified()))));
        for (String way : new String[]{hls, dash}) {
            router.get(way + "{version}/{rendition}/{file}", answer(this::numbered));
            router.get(way + "{version}/{rendition}/time/{file}", answer(this::timed));
        }
    }

    /** The files that are open, for other modes: they are closed with this. */
    public TitleCache titles() {
        return titles;
    }

    /** Closes all files. */
    public void close() {
        titles.close();
    }

    private HttpHandler answer(Answer answer) {
        return exchange -> {
            String name = exchange.param("storage");
            Storage storage = storages.apply(name).orElseThrow(() -> new HttpError(404, "storage: not here"));
            String path = StoragePath.decode(exchange.param("key")).orElseThrow(() -> new HttpError(400,
                    "key: expected a path below the storage's root in base64url (RFC 4648 section 5), without padding"));
            workers.execute(() -> answer(exchange, storage, name, path, answer));
        };
    }

    private void answer(Exchange exchange, Storage storage, String name, String path, Answer answer) {
        try {
            OpenTitle title = titles.acquire(storage, path);
            try {
                answer.to(exchange, title);
            } finally {
                title.release();
            }
        } catch (HttpError e) {
            exchange.fail(e);
        } catch (Fmp4Exception e) {
            exchange.fail(new HttpError(422, path + ": " + e.getMessage()));
        } catch (FileSystemException e) {
            exchange.fail(new HttpError(404, "no such file in storage " + name));
        } catch (IOException e) {
            LOG.atWarn().addKeyValue(LogKeys.FILE, name + "/" + path).setCause(e).log("File cannot be read");
            exchange.fail(new HttpError(503, "storage " + name + " does not answer; try again later",
                    Map.of("Retry-After", "5")));
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue(LogKeys.FILE, name + "/" + path).setCause(e).log("File cannot be served");
            exchange.fail(new HttpError(500, "internal error"));
        }
    }

    private static void text(Exchange exchange, String type, OpenTitle title, String kind, String text) {
        exchange.send(200, type, Map.of("Cache-Control", FRESH, "ETag", "W/\"" + title.tag() + "-" + kind + "\""),
                text);
    }

    private static void playlist(Exchange exchange, OpenTitle title) throws HttpError {
        String file = exchange.param("file");
        if (!file.endsWith(".m3u8")) {
            throw new HttpError(404, "expected: index.m3u8, or the playlist of a rendition");
        }
        Rendition rendition = rendition(title, file.substring(0, file.length() - ".m3u8".length()));
        text(exchange, PLAYLIST, title, rendition.name(), title.view().media(rendition));
    }

    private void numbered(Exchange exchange, OpenTitle title) throws HttpError {
        Rendition rendition = current(exchange, title);
        String file = exchange.param("file");
        if (file.equals(TitleView.INIT)) {
            exchange.send(200, type(rendition), media(title, rendition, "init"),
                    Unpooled.wrappedBuffer(rendition.init()));
        } else {
            segment(exchange, title, rendition, number(file));
        }
    }

    private void timed(Exchange exchange, OpenTitle title) throws HttpError {
        Rendition rendition = current(exchange, title);
        segment(exchange, title, rendition, rendition.at(number(exchange.param("file"))));
    }

    private void segment(Exchange exchange, OpenTitle title, Rendition rendition, long number) throws HttpError {
        if (number < 0 || number >= rendition.count() || rendition.isGap((int) number)) {
            throw new HttpError(404, "segment: expected one that the playlist lists");
        }
        metrics.segment();
        SegmentPlan plan = SegmentPlan.of(rendition, (int) number, ByteBufAllocator.DEFAULT);
        if (!title.retain()) {
            plan.head().release();
            throw new IllegalStateException("released too early");
        }
        exchange.send(type(rendition), media(title, rendition, Long.toString(number)),
                new SegmentBody(title, plan, ByteBufAllocator.DEFAULT));
    }

    private static Rendition current(Exchange exchange, OpenTitle title) throws HttpError {
        if (!exchange.param("version").equals(title.tag())) {
            throw new HttpError(404, "the file has changed (expected: a URL of its playlist as it is now)");
        }
        return rendition(title, exchange.param("rendition"));
    }

    private static Rendition rendition(OpenTitle title, String name) throws HttpError {
        return title.title().rendition(name).orElseThrow(() -> new HttpError(404,
                "rendition: expected one of " + title.title().renditions().stream().map(Rendition::name).toList()));
    }

    private static long number(String file) {
        if (!file.matches("(0|[1-9][0-9]{0,17})\\.m4s")) {
            return -1;
        }
        return Long.parseLong(file.substring(0, file.length() - ".m4s".length()));
    }

    private static String type(Rendition rendition) {
        return rendition.track().coding().video() ? "video/mp4" : "audio/mp4";
    }

    private static Map<String, String> media(OpenTitle title, Rendition rendition, String name) {
        return Map.of("Cache-Control", FOR_EVER, "ETag",
                "\"" + title.tag() + "-" + rendition.name() + "-" + name + "\"");
    }
}
