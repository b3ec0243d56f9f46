package dev.penstock.dataplane.record.upload;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.penstock.dataplane.record.playlist.LiveWindow;
import dev.penstock.dataplane.record.playlist.SessionPlaylists;
import dev.penstock.dataplane.record.spool.SessionInfo;
import dev.penstock.dataplane.record.spool.SpoolSession;
import dev.penstock.dataplane.record.spool.SpooledSegment;
import dev.penstock.dataplane.store.Content;
import dev.penstock.dataplane.store.PutOptions;
import dev.penstock.dataplane.store.layout.SessionObject;

/** What of one session is in the store, and what comes next. Belongs to the recorder's thread. */
final class SessionUpload {
    private static final String PLAYLIST_TYPE = "application/vnd.apple.mpegurl";
    private static final String FRESH = "max-age=2";
    private static final String FINAL = "max-age=60";

    private final SpoolSession session;
    private final int targetSeconds;
    private final boolean bucketLive;
    private final Set<SpooledSegment> underWay = new HashSet<>();
    private boolean described;
    private boolean descriptionUnderWay;
    private boolean playlistsUnderWay;
    private boolean left;
    private int settled;
    private Stored stored = Stored.NOTHING;
    private long storedNanos;

    /**
     * What playlists are in the store.
     *
     * @param checkpoint segments in the media playlist
     * @param parts part playlists
     * @param partsEnd index behind the last part's last segment
     * @param live segments known to the live playlist
     * @param window where the live playlist starts
     * @param ended whether the playlists say that no segment follows
     */
    record Stored(int checkpoint, int parts, int partsEnd, int live, LiveWindow window, boolean ended) {
        static final Stored NOTHING = new Stored(0, 0, 0, 0, LiveWindow.START, false);
    }

    SessionUpload(SpoolSession session, int targetSeconds, boolean bucketLive) {
        this.session = session;
        this.targetSeconds = session.info().map(SessionInfo::targetSeconds).orElse(targetSeconds);
        this.bucketLive = bucketLive;
        this.described = session.info().isEmpty();
    }

    SpoolSession session() {
        return session;
    }

    /** What to put next, now marked as under way; empty when there is nothing, or nothing yet. */
    Optional<Job> next(long nowNanos) {
        if (!described && !descriptionUnderWay && !session.segments().isEmpty()) {
            descriptionUnderWay = true;
            return session.info().map(info -> new Job.Description(session, List.of(new Job.Put(
                    session.path().key(SessionObject.Single.SESSION), Content.bytes(info.toJson()), -1,
                    PutOptions.text("application/json", FINAL)))));
        }
        settle();
        if (!playlistsUnderWay && !left) {
            Optional<Job> playlists = playlists(nowNanos);
            playlistsUnderWay = playlists.isPresent();
            if (playlists.isPresent()) {
                return playlists;
            }
        }
        return segment();
    }

    private Optional<Job> segment() {
        List<SpooledSegment> segments = session.segments();
        for (int i = settled; i < segments.size(); i++) {
            SpooledSegment segment = segments.get(i);
            if (!segment.settled() && underWay.add(segment)) {
                String key = session.path()
                        .key(new SessionObject.MediaSegment(SpoolSession.RENDITION, segment.name()));
                return Optional.of(new Job.OfSegment(session, segment,
                        List.of(new Job.Put(key, Content.file(session.file(segment.name())), segment.bytes(),
                                PutOptions.immutable("video/mp2t")))));
            }
        }
        return Optional.empty();
    }

    private Optional<Job> playlists(long nowNanos) {
        List<SpooledSegment> listed = session.segments().subList(0, settled);
        boolean last = session.ended() && settled == session.segments().size();
        List<Job.Put> puts = new ArrayList<>();
        Stored next = stored;
        int partEnd = SessionPlaylists.partEnd(listed, stored.partsEnd());
        if (partEnd > 0) {
            puts.add(playlist(new SessionObject.PartPlaylist(SpoolSession.RENDITION, stored.parts()),
                    SessionPlaylists.part(listed.subList(0, partEnd), stored.partsEnd(), targetSeconds), FINAL));
            next = new Stored(next.checkpoint(), next.parts() + 1, partEnd, next.live(), next.window(), false);
        }
        if (bucketLive && settled > 0 && (settled > stored.live() || (last && !stored.ended()))) {
            LiveWindow window = stored.window().advance(listed, targetSeconds);
            puts.add(playlist(new SessionObject.LivePlaylistFile(SpoolSession.RENDITION),
                    SessionPlaylists.live(listed, window, targetSeconds, last), FRESH));
            next = new Stored(next.checkpoint(), next.parts(), next.partsEnd(), settled, window, false);
        }
        boolean finish = last && !stored.ended() && settled > 0;
        if (finish || CheckpointRule.due(stored.checkpoint(), settled, nowNanos - storedNanos)) {
            SessionObject media = new SessionObject.MediaPlaylistFile(SpoolSession.RENDITION);
            puts.add(playlist(media, SessionPlaylists.media(listed, targetSeconds, last), last ? FINAL : FRESH));
            puts.add(playlist(SessionObject.Single.MASTER,
                    SessionPlaylists.master(listed, session.shape(), media.path()), last ? FINAL : FRESH));
            next = new Stored(settled, next.parts(), next.partsEnd(), next.live(), next.window(), last);
        }
        return puts.isEmpty()
                ? Optional.empty()
                : Optional.of(new Job.Playlists(session, next, puts));
    }

    private Job.Put playlist(SessionObject object, String text, String cacheControl) {
        return new Job.Put(session.path().key(object), Content.bytes(text.getBytes(StandardCharsets.UTF_8)), -1,
                PutOptions.text(PLAYLIST_TYPE, cacheControl));
    }

    /** A job of this session ended. */
    void ended(Job job, boolean success, long nowNanos) {
        switch (job) {
            case Job.Description description -> {
                descriptionUnderWay = false;
                described |= success;
            }
            case Job.OfSegment of -> underWay.remove(of.segment());
            case Job.Playlists playlists -> {
                playlistsUnderWay = false;
                if (success) {
                    storedNanos = playlists.next().checkpoint() == stored.checkpoint() ? storedNanos : nowNanos;
                    stored = playlists.next();
                }
            }
        }
    }

    /** Playlists, and the end of the session, are another pod's business from now on. */
    void leave() {
        left = true;
    }

    boolean isLeft() {
        return left;
    }

    boolean writesPlaylists() {
        return playlistsUnderWay;
    }

    /** Segments were added to the session, not all at its end; what is counted by place moves with its segment. */
    void merged(List<SpooledSegment> before) {
        List<SpooledSegment> now = session.segments();
        int[] place = new int[before.size()];
        int at = 0;
        for (int i = 0; i < before.size(); i++) {
            while (!now.get(at).name().equals(before.get(i).name())) {
                at++;
            }
            place[i] = at++;
        }
        int first = stored.window().first();
        LiveWindow window = first == 0
                ? stored.window()
                : new LiveWindow(place[first], stored.window().mediaSequence() + place[first] - first,
                        stored.window().discontinuitySequence());
        stored = new Stored(behind(place, stored.checkpoint()), stored.parts(), behind(place, stored.partsEnd()),
                behind(place, stored.live()), window, stored.ended());
        settled = 0;
    }

    private static int behind(int[] place, int count) {
        return count == 0 ? 0 : place[count - 1] + 1;
    }

    /** Whether all of an ended session is in the store. */
    boolean complete() {
        settle();
        int size = session.segments().size();
        if (left) {
            return settled == size && underWay.isEmpty() && !playlistsUnderWay && (size == 0 || described);
        }
        return session.ended() && settled == size && underWay.isEmpty() && !playlistsUnderWay
                && (size == 0 || (described && stored.ended()
                        && SessionPlaylists.partEnd(session.segments(), stored.partsEnd()) < 0));
    }

    /** How many leading segments need no upload any more. */
    int settledCount() {
        settle();
        return settled;
    }

    /** How many segments the media playlist in the store lists. */
    int checkpointCount() {
        return stored.checkpoint();
    }

    private void settle() {
        List<SpooledSegment> segments = session.segments();
        while (settled < segments.size() && segments.get(settled).settled()) {
            settled++;
        }
    }
}
