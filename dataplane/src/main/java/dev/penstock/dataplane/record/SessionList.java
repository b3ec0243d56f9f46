package dev.penstock.dataplane.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.penstock.dataplane.record.spool.SpoolSession;
import dev.penstock.dataplane.record.spool.SpooledSegment;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.layout.SessionId;
import dev.penstock.dataplane.store.layout.SessionPath;

/** The sessions of a recording, for the API. */
final class SessionList {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private SessionList() {}

    /**
     * A session.
     *
     * @param id its id
     * @param start start in UTC, ISO 8601
     * @param state {@code recording}, {@code ended} or {@code stored}; the last is all that is known of sessions that are
     *     only in the store
     * @param segments segments, 0 when only the store knows
     * @param bytes their bytes
     * @param durationMs their media time
     * @param playlist master playlist, relative to the list
     */
    record Item(String id, String start, String state, int segments, long bytes, long durationMs, String playlist) {}

    /** Sessions of the spool and of the store, oldest first, as JSON; of the spool only when the store does not answer. */
    static String json(Recorder recorder) throws StoreException {
        TreeMap<SessionId, Item> items = new TreeMap<>();
        try {
            stored(recorder).forEach(id -> items.put(id, item(id, "stored", List.of())));
        } catch (StoreException e) {
            if (recorder.sessions().isEmpty()) {
                throw e;
            }
        }
        for (SpoolSession session : recorder.sessions()) {
            SessionId id = session.path().session();
            items.put(id, item(id, session.ended() ? "ended" : "recording", session.segments()));
        }
        try {
            return JSON.writeValueAsString(new ArrayList<>(items.values()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ids of the sessions in the store, oldest first. */
    static List<SessionId> stored(Recorder recorder) throws StoreException {
        RecorderConfig.Identity identity = recorder.identity();
        String folder = SessionPath.streamFolder(identity.namespace(), identity.recording(), identity.stream());
        return recorder.config().store().get().folders(folder).stream().map(SessionId::parse)
                .flatMap(Optional::stream).toList();
    }

    private static Item item(SessionId id, String state, List<SpooledSegment> segments) {
        long bytes = 0;
        long durationMs = 0;
        for (SpooledSegment segment : segments) {
            bytes += segment.bytes();
            durationMs += segment.name().durationMs();
        }
        return new Item(id.value(), id.start().toString(), state, segments.size(), bytes, durationMs,
                id + "/index.m3u8");
    }
}
