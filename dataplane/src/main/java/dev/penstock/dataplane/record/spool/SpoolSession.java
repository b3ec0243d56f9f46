package dev.penstock.dataplane.record.spool;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.segment.StreamShape;
import dev.penstock.dataplane.store.layout.SegmentName;
import dev.penstock.dataplane.store.layout.SessionObject;
import dev.penstock.dataplane.store.layout.SessionPath;

/**
 * A session in the spool. The recorder's thread owns it; {@link #segments}, {@link #ended}, {@link #shape} and the constant
 * parts may be read by any thread.
 */
public final class SpoolSession {
    /** The only rendition so far: the source as it came. */
    public static final String RENDITION = "source";

    private final SessionPath path;
    private final Path folder;
    private final @Nullable SessionInfo info;
    private SpooledSegment[] array = new SpooledSegment[64];
    private int oldestLocal;
    private boolean uploadsUnsynced;
    private boolean finalized;
    private volatile List<SpooledSegment> view = List.of();
    private volatile boolean ended;
    private volatile StreamShape shape;

    SpoolSession(SessionPath path, Path folder, @Nullable SessionInfo info) {
        this.path = path;
        this.folder = folder;
        this.info = info;
        this.shape = info == null ? StreamShape.UNKNOWN : info.renditions().getFirst().shape();
    }

    /** Where its objects are in the store. */
    public SessionPath path() {
        return path;
    }

    /** Its description; empty when it was damaged on the disk, then nothing is added to the session any more. */
    public Optional<SessionInfo> info() {
        return Optional.ofNullable(info);
    }

    /** All segments, in order: recorded, whether still on the disk or only in the store. An immutable snapshot. */
    public List<SpooledSegment> segments() {
        return view;
    }

    /** The newest segment. */
    public Optional<SegmentName> last() {
        List<SpooledSegment> all = view;
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast().name());
    }

    /**
     * Whether a segment was recorded already, by this writer or, before a hand-off, by another: the same number, time and
     * content.
     */
    public boolean contains(SegmentName name) {
        List<SpooledSegment> all = view;
        int low = 0;
        int high = all.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (all.get(middle).name().sequence() < name.sequence()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (int i = low; i < all.size() && all.get(i).name().sequence() == name.sequence(); i++) {
            SegmentName known = all.get(i).name();
            if (known.crc32() == name.crc32() && known.startEpochMs() == name.startEpochMs()
                    && known.durationTicks() == name.durationTicks()) {
                return true;
            }
        }
        return false;
    }

    /** Whether no segment follows. */
    public boolean ended() {
        return ended;
    }

    /** Whether everything, the last playlists too, is in the store. */
    public boolean finalized() {
        return finalized;
    }

    /** What the stream carries, as the newest segment that knew said. */
    public StreamShape shape() {
        return shape;
    }

    /** Remembers what the stream carries. */
    public void shape(StreamShape newest) {
        if (!newest.codecs().isEmpty()) {
            shape = newest;
        }
    }

    /** Where a segment's file is while it is on the disk. */
    public Path file(SegmentName name) {
        return folder.resolve(new SessionObject.MediaSegment(RENDITION, name).path());
    }

    Path folder() {
        return folder;
    }

    Path segmentFolder() {
        return folder.resolve(RENDITION);
    }

    void add(SpooledSegment segment) {
        int size = view.size();
        if (size == array.length) {
            array = Arrays.copyOf(array, size * 2);
        }
        array[size] = segment;
        view = Collections.unmodifiableList(Arrays.asList(array).subList(0, size + 1));
    }

    void replaceAll(List<SpooledSegment> sorted) {
        array = sorted.toArray(new SpooledSegment[Math.max(64, sorted.size())]);
        view = Collections.unmodifiableList(Arrays.asList(array).subList(0, sorted.size()));
    }

    void markEnded() {
        ended = true;
    }

    void markFinalized() {
        finalized = true;
    }

    boolean uploadsUnsynced() {
        return uploadsUnsynced;
    }

    void uploadsUnsynced(boolean unsynced) {
        uploadsUnsynced = unsynced;
    }

    /** The oldest segment that is uploaded and still on the disk. */
    Optional<SpooledSegment> oldestEvictable() {
        List<SpooledSegment> all = view;
        while (oldestLocal < all.size() && !all.get(oldestLocal).local()) {
            oldestLocal++;
        }
        for (int i = oldestLocal; i < all.size(); i++) {
            SpooledSegment segment = all.get(i);
            if (segment.local() && segment.uploaded()) {
                return Optional.of(segment);
            }
        }
        return Optional.empty();
    }
}
