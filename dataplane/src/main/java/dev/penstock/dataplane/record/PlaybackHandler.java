package dev.penstock.dataplane.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.record.playlist.SessionPlaylists;
import dev.penstock.dataplane.record.spool.SessionInfo;
import dev.penstock.dataplane.record.spool.SpoolSession;
import dev.penstock.dataplane.record.spool.SpooledSegment;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoredObject;
import dev.penstock.dataplane.store.layout.SegmentName;
import dev.penstock.dataplane.store.layout.SessionId;
import dev.penstock.dataplane.store.layout.SessionObject;
import dev.penstock.dataplane.store.layout.SessionPath;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Plays recordings, running ones up to their live edge: from the spool what is there, from the store the rest. Requests are
 * answered on virtual threads, because disks and stores block.
 */
public final class PlaybackHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PlaybackHandler.class);
    private static final String PLAYLIST = "application/vnd.apple.mpegurl";
    private static final Map<String, String> FRESH = Map.of("Cache-Control", "max-age=1");
    private static final Map<String, String> FOR_EVER = Map.of("Cache-Control", "public, max-age=31536000, immutable");
    private static final long MAX_PLAYLIST_BYTES = 64L << 20;

    private final Recorders recorders;
    private final Executor workers;
    private final StoreProxy proxy;

    /**
     * @param recorders the recorders of this process
     * @param workers runs each request; a virtual thread per task
     * @param proxyBytes most bytes of stored segments that are in memory on their way to viewers
     */
    public PlaybackHandler(Recorders recorders, Executor workers, long proxyBytes) {
        this.recorders = recorders;
        this.workers = workers;
        this.proxy = new StoreProxy(proxyBytes);
    }

    /** Adds the routes below {@code /recordings/}. */
    public void register(Router router) {
        String recording = "/recordings/{ns}/{recording}/";
        router.get(recording + "index.m3u8", exchange -> answer(exchange, this::newestMaster));
        router.get(recording + "sessions.json", exchange -> answer(exchange, this::sessions));
        router.get(recording + "{session}/index.m3u8", exchange -> answer(exchange, this::master));
        router.get(recording + "{session}/media.m3u8", exchange -> answer(exchange, this::media));
        router.get(recording + "{session}/{file}", exchange -> answer(exchange, this::segment));
    }

    private interface Answer {
        void to(Exchange exchange, Recorder recorder) throws HttpError, StoreException, IOException;
    }

    private void answer(Exchange exchange, Answer answer) throws HttpError {
        String namespace = exchange.param("ns");
        String recording = exchange.param("recording");
        if (!SessionPath.isName(namespace) || !SessionPath.isName(recording)) {
            throw new HttpError(404, "recording: not a name");
        }
        Recorder recorder = recorders.find(namespace, recording)
                .orElseThrow(() -> new HttpError(404, "recording " + namespace + "/" + recording + ": not here"));
        workers.execute(() -> {
            try {
                answer.to(exchange, recorder);
            } catch (HttpError e) {
                exchange.fail(e);
            } catch (StoreException e) {
                exchange.fail(fault(e));
            } catch (IOException | RuntimeException e) {
                LOG.atWarn().addKeyValue(LogKeys.RECORDING, recorder.identity().label()).setCause(e)
                        .log("Playback failed");
                exchange.fail(new HttpError(500, "recording " + recorder.identity().label() + ": cannot be read"));
            }
        });
    }

    private static HttpError fault(StoreException e) {
        return switch (e.kind()) {
            case NOT_FOUND, INVALID -> new HttpError(404, "not in the store");
            case REFUSED, UNAVAILABLE, FULL -> new HttpError(503, "the store does not answer; try again later");
        };
    }

    private void newestMaster(Exchange exchange, Recorder recorder) throws HttpError, StoreException, IOException {
        List<SpoolSession> local = recorder.sessions();
        for (SpoolSession session : local.reversed()) {
            if (!session.segments().isEmpty()) {
                sendMaster(exchange, session, session.path().session() + "/media.m3u8");
                return;
            }
        }
        SessionId newest = SessionList.stored(recorder).stream().reduce((a, b) -> b)
                .orElseThrow(() -> new HttpError(404, "recording " + recorder.identity().label() + ": nothing yet"));
        String master = storedText(recorder, path(recorder, newest).key(SessionObject.Single.MASTER));
        exchange.send(200, PLAYLIST, FRESH, master.replace(SpoolSession.RENDITION + "/media.m3u8",
                newest + "/media.m3u8"));
    }

    private void master(Exchange exchange, Recorder recorder) throws HttpError, StoreException, IOException {
        SessionId id = session(exchange);
        Optional<SpoolSession> local = local(recorder, id);
        if (local.isPresent() && !local.get().segments().isEmpty()) {
            sendMaster(exchange, local.get(), "media.m3u8");
        } else {
            String master = storedText(recorder, path(recorder, id).key(SessionObject.Single.MASTER));
            exchange.send(200, PLAYLIST, FRESH,
                    master.replace(SpoolSession.RENDITION + "/media.m3u8", "media.m3u8"));
        }
    }

    private static void sendMaster(Exchange exchange, SpoolSession session, String mediaUri) {
        exchange.send(200, PLAYLIST, FRESH,
                SessionPlaylists.master(session.segments(), session.shape(), mediaUri));
    }

    private void media(Exchange exchange, Recorder recorder) throws HttpError, StoreException, IOException {
        SessionId id = session(exchange);
        Optional<SpoolSession> local = local(recorder, id);
        if (local.isPresent()) {
            boolean ended = local.get().ended();
            List<SpooledSegment> segments = local.get().segments();
            int target = local.get().info().map(SessionInfo::targetSeconds)
                    .orElse(recorder.config().targetSeconds());
            exchange.send(200, PLAYLIST, FRESH, SessionPlaylists.media(segments, target, ended));
        } else {
            String key = path(recorder, id).key(new SessionObject.MediaPlaylistFile(SpoolSession.RENDITION));
            exchange.send(200, PLAYLIST, FRESH, storedText(recorder, key));
        }
    }

    private void segment(Exchange exchange, Recorder recorder) throws HttpError, StoreException, IOException {
        SessionId id = session(exchange);
        SegmentName name = SegmentName.parse(exchange.param("file"))
                .orElseThrow(() -> new HttpError(404, "segment: no such name"));
        Path file = local(recorder, id).map(session -> session.file(name)).filter(Files::exists).orElse(null);
        if (file != null) {
            exchange.sendFile("video/mp2t", FOR_EVER, file);
        } else {
            String key = path(recorder, id).key(new SessionObject.MediaSegment(SpoolSession.RENDITION, name));
            proxy.send(exchange, recorder.config().store().get(), key, FOR_EVER);
        }
    }

    private void sessions(Exchange exchange, Recorder recorder) throws StoreException {
        exchange.send(200, "application/json", FRESH, SessionList.json(recorder));
    }

    private static SessionId session(Exchange exchange) throws HttpError {
        return SessionId.parse(exchange.param("session"))
                .orElseThrow(() -> new HttpError(404, "session: no such name"));
    }

    private static Optional<SpoolSession> local(Recorder recorder, SessionId id) {
        return recorder.sessions().stream().filter(s -> s.path().session().equals(id)).findFirst();
    }

    private static SessionPath path(Recorder recorder, SessionId id) {
        RecorderConfig.Identity identity = recorder.identity();
        return new SessionPath(identity.namespace(), identity.recording(), identity.stream(), id);
    }

    private static String storedText(Recorder recorder, String key) throws StoreException, IOException {
        ObjectStore store = recorder.config().store().get();
        try (StoredObject object = store.get(key, null)) {
            byte[] bytes = object.decoded().readNBytes((int) MAX_PLAYLIST_BYTES);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
