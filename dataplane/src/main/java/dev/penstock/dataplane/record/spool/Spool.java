package dev.penstock.dataplane.record.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.store.layout.SegmentName;
import dev.penstock.dataplane.store.layout.SessionId;
import dev.penstock.dataplane.store.layout.SessionObject;
import dev.penstock.dataplane.store.layout.SessionPath;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * The sessions of one recorder on the local disk. Belongs to the recorder's thread; calls block on the disk.
 *
 * <p>A session's folder holds {@code session.json}, {@code source/} with one file per segment, and {@code uploaded.txt} with
 * one line per segment that is in the store. A segment is written under a temporary name, synced, renamed, and its folder
 * synced: then it is complete. A segment stays where it is when it is uploaded; the line in {@code uploaded.txt} says so,
 * and is synced before the file is removed. A line that a crash took only means that the segment is uploaded again, under
 * the same name. {@code ended} and {@code finalized} are empty files that say that much.
 */
public final class Spool {
    static final String UPLOADED = "uploaded.txt";
    static final String ENDED = "ended";
    static final String FINALIZED = "finalized";
    static final String TEMP_SUFFIX = ".tmp";

    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

    private final SpoolFiles files;
    private final Path folder;
    private final SpoolBudget budget;
    private final long maxBytes;
    private final List<SpoolSession> sessions = new ArrayList<>();
    private long bytes;

    /**
     * @param files the file system
     * @param folder folder of this recorder's stream: {@code {spool}/{namespace}/{recording}/{stream}}
     * @param maxBytes most bytes that this recorder may keep
     * @param budget what all recorders may keep together
     */
    public Spool(SpoolFiles files, Path folder, long maxBytes, SpoolBudget budget) {
        this.files = files;
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.budget = budget;
    }

    /**
     * Finds the sessions that an earlier process left. What is not the spool's is left alone and logged once.
     *
     * @param template names the recording; its session is not looked at
     * @throws IOException when the folder cannot be read
     */
    public void recover(SessionPath template) throws IOException {
        SpoolRecovery recovery = new SpoolRecovery(files, folder, template);
        for (SpoolSession session : recovery.run()) {
            sessions.add(session);
            session.segments().stream().filter(SpooledSegment::local).forEach(s -> count(s.bytes()));
        }
    }

    /** Sessions in the spool, oldest first. A snapshot. */
    public List<SpoolSession> sessions() {
        return List.copyOf(sessions);
    }

    /** Bytes of segments on the disk. */
    public long bytes() {
        return bytes;
    }

    /** Begins a session; its description is durable on return. */
    public SpoolSession create(SessionInfo info) throws IOException {
        SessionPath path = new SessionPath(info.namespace(), info.recording(), info.stream(),
                new SessionId(info.session()));
        SpoolSession session = new SpoolSession(path, folder.resolve(info.session()), info);
        files.createFolders(session.segmentFolder());
        writeWhole(session.folder().resolve(SessionObject.Single.SESSION.path()),
                new ByteBuffer[]{ByteBuffer.wrap(info.toJson())});
        sessions.add(session);
        return session;
    }

    /**
     * A segment in the store.
     *
     * @param name its name
     * @param bytes its length
     */
    public record Stored(SegmentName name, long bytes) {}

    /**
     * Goes on with a session of which segments are in the store that this spool does not know: another pod put them there.
     *
     * @param info its description
     * @param stored segments in the store, in order
     * @return the session, begun here when the spool does not have it
     */
    public SpoolSession adopt(SessionInfo info, List<Stored> stored) throws IOException {
        SpoolSession session = null;
        for (SpoolSession known : sessions) {
            session = known.path().session().value().equals(info.session()) ? known : session;
        }
        if (session == null) {
            session = create(info);
        }
        Map<SegmentName, SpooledSegment> union = new TreeMap<>();
        session.segments().forEach(segment -> union.put(segment.name(), segment));
        StringBuilder lines = new StringBuilder();
        for (Stored segment : stored) {
            SpooledSegment known = union.get(segment.name());
            if (known == null) {
                union.put(segment.name(), new SpooledSegment(segment.name(), segment.bytes(), true, false));
                lines.append(line(segment.name(), segment.bytes()));
            }
        }
        if (!lines.isEmpty()) {
            files.append(session.folder().resolve(UPLOADED), lines.toString());
            session.uploadsUnsynced(true);
            session.replaceAll(List.copyOf(union.values()));
        }
        return session;
    }

    private static String line(SegmentName name, long bytes) {
        return name.format() + " " + bytes + "\n";
    }

    /**
     * Keeps a segment; complete on return.
     *
     * @param content its bytes; positions are left alone
     * @throws SpoolFullException when there is no room and nothing left that is uploaded already
     * @throws IOException when the disk fails; nothing of the segment is left
     */
    public void append(SpoolSession session, SegmentName name, ByteBuffer[] content) throws IOException {
        long length = 0;
        for (ByteBuffer buffer : content) {
            length += buffer.remaining();
        }
        makeRoom(length);
        while (true) {
            try {
                writeWhole(session.file(name), duplicates(content));
                break;
            } catch (IOException e) {
                if (!isFull(e)) {
                    throw e;
                }
                if (!evictOldest()) {
                    throw new SpoolFullException("disk of the spool full; all of the spool waits for upload");
                }
            }
        }
        session.add(new SpooledSegment(name, length, false, true));
        count(length);
    }

    /** A segment is in the store now. */
    public void uploaded(SpoolSession session, SpooledSegment segment) throws IOException {
        segment.markUploaded();
        session.uploadsUnsynced(true);
        files.append(session.folder().resolve(UPLOADED), line(segment.name(), segment.bytes()));
    }

    /** A segment vanished from the disk before it was uploaded. */
    public void lost(SpooledSegment segment) {
        if (segment.local()) {
            count(-segment.bytes());
        }
        segment.markLost();
    }

    /** No segment follows in this session; durable on return. */
    public void end(SpoolSession session) throws IOException {
        session.markEnded();
        mark(session, ENDED);
    }

    /** All of this session is in the store. */
    public void finalized(SpoolSession session) throws IOException {
        session.markFinalized();
        mark(session, FINALIZED);
    }

    /**
     * Removes a finalized session from the disk.
     *
     * @param segmentsToo whether to remove segments as well; otherwise nothing happens while there are any
     * @return whether it was removed
     */
    public boolean forget(SpoolSession session, boolean segmentsToo) throws IOException {
        if (!session.finalized() || (!segmentsToo && session.oldestEvictable().isPresent())) {
            return false;
        }
        while (session.oldestEvictable().isPresent()) {
            evict(session, session.oldestEvictable().get());
        }
        return delete(session);
    }

    private boolean delete(SpoolSession session) throws IOException {
        for (String name : List.of(UPLOADED, SessionObject.Single.SESSION.path(), ENDED, FINALIZED)) {
            files.delete(session.folder().resolve(name));
        }
        try {
            files.delete(session.segmentFolder());
            files.delete(session.folder());
        } catch (IOException e) {
            LOG.atInfo().addKeyValue(LogKeys.FILE, session.folder()).log("Files of somebody else stay in the spool");
        }
        return sessions.remove(session);
    }

    /**
     * Forgets a session that another pod goes on with. Segments that are in the store are removed from the disk; when all are,
     * the rest of the session too. Such a session is found in the store if it ever comes back.
     */
    public void abandon(SpoolSession session) throws IOException {
        while (session.oldestEvictable().isPresent()) {
            evict(session, session.oldestEvictable().get());
        }
        if (session.segments().stream().noneMatch(SpooledSegment::local)) {
            delete(session);
        }
    }

    /** Gives the disk it uses back to the budget: the next spool on this folder counts it again. */
    public void close() {
        count(-bytes);
        sessions.clear();
    }

    private void makeRoom(long length) throws IOException {
        while ((bytes + length > maxBytes || budget.exceededBy(length)) && evictOldest()) {
            continue;
        }
        if (bytes + length > maxBytes) {
            throw new SpoolFullException("spool full: " + bytes + " of " + maxBytes + " bytes wait for upload");
        }
        if (budget.exceededBy(length)) {
            throw new SpoolFullException("spool of this pod full: " + budget.usedBytes() + " of " + budget.limitBytes()
                    + " bytes are in use");
        }
        if (budget.nearlyFull()) {
            evictOldest();
        }
    }

    private boolean evictOldest() throws IOException {
        for (SpoolSession session : sessions) {
            SpooledSegment oldest = session.oldestEvictable().orElse(null);
            if (oldest != null) {
                evict(session, oldest);
                return true;
            }
        }
        return false;
    }

    private void evict(SpoolSession session, SpooledSegment segment) throws IOException {
        if (session.uploadsUnsynced()) {
            files.sync(session.folder().resolve(UPLOADED));
            session.uploadsUnsynced(false);
        }
        files.delete(session.file(segment.name()));
        segment.markEvicted();
        count(-segment.bytes());
    }

    private void mark(SpoolSession session, String name) throws IOException {
        files.write(session.folder().resolve(name), new ByteBuffer[0]);
        files.sync(session.folder());
    }

    private void writeWhole(Path file, ByteBuffer[] content) throws IOException {
        Path temp = file.resolveSibling(file.getFileName() + TEMP_SUFFIX);
        try {
            files.write(temp, content);
            files.rename(temp, file);
        } catch (IOException e) {
            try {
                files.delete(temp);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
        files.sync(file.getParent());
    }

    private void count(long difference) {
        bytes += difference;
        budget.add(difference);
    }

    private static ByteBuffer[] duplicates(ByteBuffer[] content) {
        ByteBuffer[] copies = new ByteBuffer[content.length];
        for (int i = 0; i < content.length; i++) {
            copies[i] = content[i].duplicate();
        }
        return copies;
    }

    private static boolean isFull(IOException e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return text.contains("no space left") || text.contains("quota exceeded");
    }
}
