package dev.penstock.dataplane.hls.playlist;

import java.time.Duration;
import java.util.List;

import dev.penstock.dataplane.segment.CmafPart;
import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafView;

/**
 * Writes the media playlist of a rendition that is cut into CMAF segments, whole or as a Playlist Delta Update
 * (draft-pantos-hls-rfc8216bis 6.2.5.1), with parts where they are offered. Addresses are relative to the playlist, which is
 * called {@code {rendition}.m3u8}.
 */
public final class CmafPlaylistWriter {
    private static final int BYTES_PER_SEGMENT = 300;

    private final LowLatency promise;
    private final CmafView view;
    private final CmafRendition rendition;
    private final List<CmafSegment> listed;
    private final StringBuilder out;
    private String map = "";

    private CmafPlaylistWriter(LowLatency promise, CmafView view, CmafRendition rendition) {
        this.promise = promise;
        this.view = view;
        this.rendition = rendition;
        listed = listed(rendition);
        out = new StringBuilder(500 + listed.size() * BYTES_PER_SEGMENT);
    }

    /**
     * The playlist, every line ended by LF.
     *
     * @param promise what follows from the stream's configuration
     * @param view what is listed of the stream
     * @param rendition one of the view's renditions, with at least one segment
     * @param skip whether the player takes a Playlist Delta Update; it gets one where that leaves something out
     */
    public static String write(LowLatency promise, CmafView view, CmafRendition rendition, boolean skip) {
        return new CmafPlaylistWriter(promise, view, rendition).write(skip);
    }

    /**
     * The segments that a playlist lists: media sequence numbers have to rise by one (RFC 8216 4.3.2), so a new run hides the one
     * before.
     */
    public static List<CmafSegment> listed(CmafRendition rendition) {
        List<CmafSegment> segments = rendition.segments();
        int first = segments.size() - 1;
        while (first > 0 && segments.get(first - 1).sequence() + 1 == segments.get(first).sequence()) {
            first--;
        }
        return segments.subList(Math.max(0, first), segments.size());
    }

    /** Address of a part, relative to the playlists. */
    static String partUri(CmafRendition rendition, long sequence, int part) {
        return rendition.name() + "/" + sequence + "." + part + ".m4s";
    }

    private String write(boolean skip) {
        double total = listed.stream().mapToDouble(CmafSegment::seconds).sum();
        int skipped = skip && promise.skipUntil().isPresent()
                ? skipped(total - promise.skipUntil().get().toSeconds())
                : 0;
        header(skipped);
        double before = 0;
        double partsFrom = total - promise.partsListed().toSeconds();
        for (int i = 0; i < listed.size(); i++) {
            CmafSegment segment = listed.get(i);
            if (i >= skipped) {
                segment(segment, before >= partsFrom);
            }
            before += segment.seconds();
        }
        if (view.ended()) {
            MediaPlaylistWriter.end(out);
        } else if (promise.partTarget().isPresent()) {
            hint();
            reports();
        }
        return out.toString();
    }

    /** How many segments end before a time, counted from the start of the first. */
    private int skipped(double until) {
        int count = 0;
        double end = 0;
        for (CmafSegment segment : listed) {
            end += segment.seconds();
            if (end > until) {
                break;
            }
            count++;
        }
        return count;
    }

    private void header(int skipped) {
        CmafSegment first = listed.getFirst();
        // EXT-X-MAP outside of I-frame playlists asks for version 6, EXT-X-GAP for version 8, EXT-X-SKIP for version 9.
        int version = skipped > 0 ? 9 : listed.stream().anyMatch(CmafSegment::isGap) ? 8 : 6;
        out.append("#EXTM3U\n#EXT-X-VERSION:").append(version).append('\n');
        if (listed.stream().allMatch(CmafSegment::independent)) {
            out.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
        }
        out.append("#EXT-X-TARGETDURATION:").append(promise.targetSeconds()).append('\n');
        serverControl();
        promise.partTarget().ifPresent(p -> out.append("#EXT-X-PART-INF:PART-TARGET=").append(seconds(p)).append('\n'));
        out.append("#EXT-X-MEDIA-SEQUENCE:").append(first.sequence()).append('\n');
        out.append("#EXT-X-DISCONTINUITY-SEQUENCE:")
                .append(first.discontinuitySequence() - (first.discontinuity() ? 1 : 0)).append('\n');
        if (skipped > 0) {
            out.append("#EXT-X-SKIP:SKIPPED-SEGMENTS=").append(skipped).append('\n');
        }
    }

    private void serverControl() {
        if (promise.partTarget().isEmpty() && promise.skipUntil().isEmpty()) {
            return;
        }
        out.append("#EXT-X-SERVER-CONTROL:");
        if (promise.partTarget().isPresent()) {
            out.append("CAN-BLOCK-RELOAD=YES,");
        }
        promise.skipUntil().ifPresent(s -> out.append("CAN-SKIP-UNTIL=").append(seconds(s)).append(','));
        promise.partHoldBack().ifPresent(p -> out.append("PART-HOLD-BACK=").append(seconds(p)).append(','));
        out.append("HOLD-BACK=").append(seconds(promise.holdBack())).append('\n');
    }

    /** A segment with all that applies to it, so that it means the same wherever a delta update begins. */
    private void segment(CmafSegment segment, boolean recent) {
        boolean parts = promise.partTarget().isPresent() && (recent || !segment.complete());
        if (!parts && !segment.complete()) {
            return;
        }
        if (segment.discontinuity()) {
            out.append("#EXT-X-DISCONTINUITY\n");
        }
        if (!segment.init().equals(map)) {
            map = segment.init();
            out.append("#EXT-X-MAP:URI=\"").append(rendition.name()).append("/init-").append(map).append(".mp4\"\n");
        }
        MediaPlaylistWriter.date(out, segment.startEpochMs());
        if (parts) {
            for (int i = 0; i < segment.parts().size(); i++) {
                part(segment, i);
            }
        }
        if (segment.complete()) {
            out.append(segment.isGap() ? "#EXT-X-GAP\n#EXTINF:" : "#EXTINF:");
            MediaPlaylistWriter.seconds(out, segment.durationTicks(), segment.timescale());
            out.append(",\n").append(rendition.name()).append('/').append(segment.sequence()).append(".m4s\n");
        }
    }

    private void part(CmafSegment segment, int index) {
        CmafPart part = segment.parts().get(index);
        out.append("#EXT-X-PART:DURATION=");
        MediaPlaylistWriter.seconds(out, part.durationTicks(), segment.timescale());
        out.append(",URI=\"").append(partUri(rendition, segment.sequence(), index)).append('"');
        out.append(part.independent() ? ",INDEPENDENT=YES\n" : "\n");
    }

    private void hint() {
        CmafSegment last = listed.getLast();
        long sequence = last.complete() ? last.sequence() + 1 : last.sequence();
        out.append("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"")
                .append(partUri(rendition, sequence, last.complete() ? 0 : last.parts().size())).append("\"\n");
    }

    private void reports() {
        for (CmafRendition other : view.renditions()) {
            if (!other.name().equals(rendition.name()) && !other.segments().isEmpty()) {
                CmafSegment last = other.segments().getLast();
                out.append("#EXT-X-RENDITION-REPORT:URI=\"").append(other.name()).append(".m3u8\",LAST-MSN=")
                        .append(last.sequence()).append(",LAST-PART=").append(Math.max(0, last.parts().size() - 1))
                        .append('\n');
            }
        }
    }

    /** Seconds without needless zeros: 0.5, 24. */
    private static String seconds(Duration duration) {
        long millis = duration.toMillis();
        String whole = Long.toString(millis / 1000);
        return millis % 1000 == 0
                ? whole
                : whole + "." + Long.toString(1000 + millis % 1000).substring(1).replaceAll("0+$", "");
    }
}
