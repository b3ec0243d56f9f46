package dev.penstock.dataplane.dash.manifest;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafView;

/**
 * The manifest of a live stream at one moment. The next one is made from it and from what is listed then, so that Periods that clients
 * know keep their start. Immutable; any thread.
 */
public final class Manifest {
    /** Before anything is listed. */
    public static final Manifest NONE = new Manifest(Periods.NONE, CmafView.EMPTY, "", Instant.EPOCH, Optional.empty());

    private final Periods periods;
    private final CmafView view;
    private final String text;
    private final Instant published;
    private final Optional<String> notLowLatency;

    private Manifest(Periods periods, CmafView view, String text, Instant published, Optional<String> notLowLatency) {
        this.periods = periods;
        this.view = view;
        this.text = text;
        this.published = published;
        this.notLowLatency = notLowLatency;
    }

    /**
     * The manifest for what is listed now: the same text while that says the same.
     *
     * @param listed newer than what this one was made from, or the same
     * @param now wall clock
     */
    public Manifest next(CmafView listed, ManifestConfig config, Instant now) {
        List<Slice> slices = Slice.of(listed);
        if (slices.isEmpty()) {
            return new Manifest(periods.next(slices, new Periods.Now(0, 0, config)), listed, "", published,
                    Optional.empty());
        }
        Periods.Now edge = new Periods.Now(now.toEpochMilli(), newest90(listed, slices.getLast()), config);
        Periods after = periods.next(slices, edge);
        ManifestWriter writer = new ManifestWriter(config, after.list(), slices, listed);
        Optional<String> missing = after.missing(slices, edge);
        String same = writer.write(published);
        if (same.equals(text)) {
            return new Manifest(after, listed, text, published, missing);
        }
        // Other content, later time (5.4), whatever the clock does.
        Instant later = published.plusMillis(1).isAfter(now) ? published.plusMillis(1) : now;
        return new Manifest(after, listed, writer.write(later), later, missing);
    }

    /** End of the newest sample that is on the clock of a slice, whole segment or not. */
    private static long newest90(CmafView view, Slice newest) {
        long end = newest.end90();
        long discontinuity = newest.lead().discontinuitySequence();
        for (CmafRendition rendition : view.renditions()) {
            if (!rendition.segments().isEmpty()) {
                CmafSegment last = rendition.segments().getLast();
                if (last.discontinuitySequence() == discontinuity) {
                    end = Math.max(end, Ticks.to90(last.startTicks() + last.durationTicks(), last.timescale()));
                }
            }
        }
        return end;
    }

    /** What it was made from. */
    public CmafView view() {
        return view;
    }

    /** The document; empty while there is no complete segment in each rendition. */
    public String text() {
        return text;
    }

    /** Whether there is a document. */
    public boolean exists() {
        return !text.isEmpty();
    }

    /** A name for its content: other text, other tag; without quotes. */
    public String tag() {
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(published.toEpochMilli()) + "-" + Long.toHexString(sum.getValue());
    }

    /** Why low latency is not offered though it is wanted; empty when it is, or is not wanted, or nothing is known yet. */
    public Optional<String> notLowLatency() {
        return notLowLatency;
    }
}
