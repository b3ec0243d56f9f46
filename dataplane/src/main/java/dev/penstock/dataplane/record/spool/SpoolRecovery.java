package dev.penstock.dataplane.record.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.store.layout.SegmentName;
import dev.penstock.dataplane.store.layout.SessionId;
import dev.penstock.dataplane.store.layout.SessionObject;
import dev.penstock.dataplane.store.layout.SessionPath;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Reads a recorder's folder after a restart: temporary files are removed, sessions rebuilt from names and
 * {@code session.json}. What it does not know is left alone. Used once, by the recorder's thread.
 */
final class SpoolRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolRecovery.class);
    private static final long MAX_UPLOADED_BYTES = 256L << 20;

    private final SpoolFiles files;
    private final Path folder;
    private final SessionPath template;
    private int aliens;
    private @Nullable Path firstAlien;

    SpoolRecovery(SpoolFiles files, Path folder, SessionPath template) {
        this.files = files;
        this.folder = folder;
        this.template = template;
    }

    /** The sessions, oldest first. */
    List<SpoolSession> run() throws IOException {
        List<SpoolSession> found = new ArrayList<>();
        for (SpoolFiles.Entry entry : files.list(folder)) {
            Optional<SessionId> id = entry.folder() ? SessionId.parse(entry.name()) : Optional.empty();
            if (id.isPresent()) {
                session(entry.path(), id.get()).ifPresent(found::add);
            } else {
                alien(entry.path());
            }
        }
        if (aliens > 0) {
            LOG.atWarn().addKeyValue(LogKeys.COUNT, aliens).addKeyValue(LogKeys.FILE, firstAlien)
                    .log("Files that are not the spool's are left alone");
        }
        return found;
    }

    private Optional<SpoolSession> session(Path sessionFolder, SessionId id) throws IOException {
        SessionPath path = new SessionPath(template.namespace(), template.recording(), template.stream(), id);
        Map<String, SpoolFiles.Entry> names = new TreeMap<>();
        for (SpoolFiles.Entry entry : files.list(sessionFolder)) {
            names.put(entry.name(), entry);
        }
        String sessionJson = SessionObject.Single.SESSION.path();
        SpoolFiles.Entry temp = names.remove(sessionJson + Spool.TEMP_SUFFIX);
        if (temp != null) {
            files.delete(temp.path());
        }
        SpoolFiles.Entry description = names.remove(sessionJson);
        SpoolSession session = new SpoolSession(path, sessionFolder, description(description, path));
        Map<SegmentName, SpooledSegment> segments = uploaded(names.remove(Spool.UPLOADED));
        if (names.remove(SpoolSession.RENDITION) != null) {
            local(session, segments);
        }
        if (names.remove(Spool.ENDED) != null) {
            session.markEnded();
        }
        if (names.remove(Spool.FINALIZED) != null) {
            session.markFinalized();
        }
        names.values().forEach(entry -> alien(entry.path()));
        session.replaceAll(List.copyOf(segments.values()));
        if (description == null && segments.isEmpty()) {
            removeUnborn(session, names.isEmpty());
            return Optional.empty();
        }
        return Optional.of(session);
    }

    private @Nullable SessionInfo description(SpoolFiles.@Nullable Entry entry, SessionPath path) {
        if (entry == null) {
            return null;
        }
        try {
            return SessionInfo.parse(files.read(entry.path(), SessionInfo.MAX_BYTES), path);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue(LogKeys.FILE, entry.path())
                    .log("Description of a session is damaged; its segments are kept, the session ends");
            return null;
        }
    }

    /** Segments that are in the store. A line that a crash cut or the disk damaged is skipped. */
    private Map<SegmentName, SpooledSegment> uploaded(SpoolFiles.@Nullable Entry entry) throws IOException {
        Map<SegmentName, SpooledSegment> segments = new TreeMap<>();
        if (entry == null) {
            return segments;
        }
        String text = new String(files.read(entry.path(), MAX_UPLOADED_BYTES), StandardCharsets.US_ASCII);
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            int blank = text.lastIndexOf(' ', end);
            if (blank > start && text.substring(blank + 1, end).matches("[0-9]{1,12}")) {
                long bytes = Long.parseLong(text.substring(blank + 1, end));
                SegmentName.parse(text.substring(start, blank))
                        .ifPresent(name -> segments.put(name, new SpooledSegment(name, bytes, true, false)));
            }
            start = end + 1;
        }
        if (start < text.length()) {
            // what a crash cut off must not run into the next line
            files.append(entry.path(), "\n");
        }
        return segments;
    }

    private void local(SpoolSession session, Map<SegmentName, SpooledSegment> segments) throws IOException {
        for (SpoolFiles.Entry entry : files.list(session.segmentFolder())) {
            String name = entry.name();
            Optional<SegmentName> parsed = SegmentName.parse(name);
            if (parsed.isPresent() && entry.regular()) {
                boolean uploaded = segments.containsKey(parsed.get());
                segments.put(parsed.get(), new SpooledSegment(parsed.get(), entry.bytes(), uploaded, true));
            } else if (entry.regular() && name.endsWith(Spool.TEMP_SUFFIX)
                    && SegmentName.parse(name.substring(0, name.length() - Spool.TEMP_SUFFIX.length())).isPresent()) {
                files.delete(entry.path());
            } else {
                alien(entry.path());
            }
        }
    }

    /** A crash came before the session had a description, or half-way through forgetting it: nothing is in it. */
    private void removeUnborn(SpoolSession session, boolean empty) throws IOException {
        if (empty && files.list(session.segmentFolder()).isEmpty()) {
            for (String name : List.of(Spool.UPLOADED, Spool.ENDED, Spool.FINALIZED, SpoolSession.RENDITION)) {
                files.delete(session.folder().resolve(name));
            }
            files.delete(session.folder());
        }
    }

    private void alien(Path path) {
        aliens++;
        if (firstAlien == null) {
            firstAlien = path;
        }
    }
}
