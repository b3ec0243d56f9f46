package dev.penstock.dataplane.record.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.penstock.dataplane.segment.StreamShape;
import dev.penstock.dataplane.store.layout.SessionId;
import dev.penstock.dataplane.store.layout.SessionObject;
import dev.penstock.dataplane.store.layout.SessionPath;

/**
 * The content of {@code session.json}: written once, when a session's first segment comes.
 *
 * @param version of this format: 1
 * @param namespace namespace of the Recording
 * @param recording name of the Recording
 * @param stream name of the LiveStream
 * @param session id of the session
 * @param started start in UTC, ISO 8601
 * @param writer pod or host that began the session
 * @param epoch ring epoch of the writer at the start
 * @param targetSeconds EXT-X-TARGETDURATION of its playlists
 * @param timescale ticks per second of durations in names
 * @param clock what {@code startEpochMs} in names means
 * @param renditions what was recorded
 */
public record SessionInfo(int version, String namespace, String recording, String stream, String session,
        String started, String writer, long epoch, int targetSeconds, int timescale, String clock,
        List<Rendition> renditions) {
    /** Longest {@code session.json} that is read. */
    public static final int MAX_BYTES = 64 * 1024;
    /** What {@code startEpochMs} in names means. */
    public static final String CLOCK = "UTC of the writer; follows media time between discontinuities";

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    /** Copies the list. */
    public SessionInfo {
        renditions = List.copyOf(renditions);
    }

    /**
     * A recorded rendition, as the first segment showed it.
     *
     * @param name folder of its objects
     * @param format {@code ts}
     * @param codecs CODECS (RFC 6381), empty while unknown
     * @param width pixels, 0 while unknown
     * @param height pixels, 0 while unknown
     * @param frameRate frames per second, 0 while unknown
     */
    public record Rendition(String name, String format, String codecs, int width, int height, double frameRate) {
        /** What it carries. */
        public StreamShape shape() {
            return new StreamShape(codecs, width, height, frameRate);
        }
    }

    /** As JSON. */
    public byte[] toJson() {
        try {
            return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads {@link #toJson}.
     *
     * @param expected the session that it must speak of
     * @throws IOException when it is damaged or speaks of another session
     */
    public static SessionInfo parse(byte[] json, SessionPath expected) throws IOException {
        SessionInfo info = JSON.readValue(json, SessionInfo.class);
        boolean same = info != null && info.namespace.equals(expected.namespace())
                && info.recording.equals(expected.recording())
                && info.stream.equals(expected.stream())
                && SessionId.parse(info.session).filter(expected.session()::equals).isPresent();
        if (!same || info.version != 1 || info.targetSeconds < 1 || info.renditions.isEmpty()
                || !info.renditions.stream().allMatch(r -> SessionObject.isRendition(r.name))) {
            throw new IOException("not the description of session " + expected.session());
        }
        return info;
    }
}
