package dev.penstock.dataplane.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.penstock.dataplane.record.spool.SessionInfo;
import dev.penstock.dataplane.record.spool.Spool;
import dev.penstock.dataplane.record.spool.SpoolSession;
import dev.penstock.dataplane.store.ObjectInfo;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoreException.Kind;
import dev.penstock.dataplane.store.StoredObject;
import dev.penstock.dataplane.store.layout.SessionId;
import dev.penstock.dataplane.store.layout.SessionObject;
import dev.penstock.dataplane.store.layout.SessionPath;

/**
 * The newest session in the store, as its names tell: another pod may have begun it, or gone on with it.
 *
 * @param info its description
 * @param segments its segments, in order
 */
record StoredSession(SessionInfo info, List<Spool.Stored> segments) {
    private static final int PAGE = 1000;
    private static final int MAX_PLAYLIST_BYTES = 64 << 20;

    /**
     * Reads the newest session of a stream that is not ended and has segments. Blocks on the store.
     *
     * @return empty when there is none, or its description is damaged
     * @throws StoreException when the store does not answer
     */
    static Optional<StoredSession> newest(ObjectStore store, RecorderConfig.Identity identity)
            throws StoreException {
        String folder = SessionPath.streamFolder(identity.namespace(), identity.recording(), identity.stream());
        Optional<SessionId> id = store.folders(folder).stream().map(SessionId::parse).flatMap(Optional::stream)
                .reduce((earlier, later) -> later);
        if (id.isEmpty()) {
            return Optional.empty();
        }
        SessionPath path = new SessionPath(identity.namespace(), identity.recording(), identity.stream(), id.get());
        try {
            byte[] json = read(store, path.key(SessionObject.Single.SESSION), SessionInfo.MAX_BYTES);
            SessionInfo info = SessionInfo.parse(json, path);
            List<Spool.Stored> segments = list(store, path, "");
            return segments.isEmpty() || ended(store, path)
                    ? Optional.empty()
                    : Optional.of(new StoredSession(info, segments));
        } catch (IOException e) {
            return Optional.empty();
        } catch (StoreException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Segments of a session. Blocks on the store.
     *
     * @param from only names behind this one; empty for all
     */
    static List<Spool.Stored> list(ObjectStore store, SessionPath path, String from) throws StoreException {
        String prefix = path.folder() + SpoolSession.RENDITION + "/";
        List<Spool.Stored> segments = new ArrayList<>();
        List<ObjectInfo> page = store.list(prefix, from.isEmpty() ? "" : prefix + from, PAGE);
        while (!page.isEmpty()) {
            for (ObjectInfo object : page) {
                if (SessionPath.parse(object.key()).map(SessionPath.Parsed::object)
                        .orElse(null) instanceof SessionObject.MediaSegment segment) {
                    segments.add(new Spool.Stored(segment.name(), object.bytes()));
                }
            }
            page = store.list(prefix, page.getLast().key(), PAGE);
        }
        return segments;
    }

    private static boolean ended(ObjectStore store, SessionPath path) throws StoreException, IOException {
        String key = path.key(new SessionObject.MediaPlaylistFile(SpoolSession.RENDITION));
        if (store.head(key).isEmpty()) {
            return false;
        }
        return new String(read(store, key, MAX_PLAYLIST_BYTES), StandardCharsets.UTF_8).endsWith("#EXT-X-ENDLIST\n");
    }

    private static byte[] read(ObjectStore store, String key, int limit) throws StoreException, IOException {
        try (StoredObject object = store.get(key, null)) {
            return object.decoded().readNBytes(limit);
        }
    }
}
