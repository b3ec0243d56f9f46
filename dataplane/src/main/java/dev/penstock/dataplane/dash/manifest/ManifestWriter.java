package dev.penstock.dataplane.dash.manifest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafView;

/** Writes the MPD element and its Periods (ISO/IEC 23009-1 5.3.1 and 5.3.2). One thread. */
final class ManifestWriter {
    private static final String LIVE = "urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019";
    private static final String LOW_LATENCY = ",http://www.dashif.org/guidelines/low-latency-live-v5";
    private static final String EPOCH = "1970-01-01T00:00:00Z";
    private static final int PLAYBACK_DELAY_SEGMENTS = 3;

    private final ManifestConfig config;
    private final List<Period> periods;
    private final List<Slice> slices;
    private final CmafView view;
    private final boolean lowLatency;

    ManifestWriter(ManifestConfig config, List<Period> periods, List<Slice> slices, CmafView view) {
        this.config = config;
        this.periods = periods;
        this.slices = slices;
        this.view = view;
        lowLatency = periods.getLast().lowLatency() && !view.ended();
    }

    /** The document. */
    String write(Instant published) {
        Xml xml = new Xml();
        mpd(xml, published);
        if (lowLatency) {
            serviceDescription(xml);
        }
        for (int i = 0; i < periods.size(); i++) {
            period(xml, i);
        }
        if (!view.ended()) {
            utcTiming(xml, "urn:mpeg:dash:utc:http-xsdate:2014");
            utcTiming(xml, "urn:mpeg:dash:utc:http-head:2014");
        }
        xml.close();
        return xml.end();
    }

    private void mpd(Xml xml, Instant published) {
        long target = config.segments().target().toMillis();
        long part = config.partMs();
        xml.open("MPD").attribute("xmlns", "urn:mpeg:dash:schema:mpd:2011")
                .attribute("profiles", lowLatency ? LIVE + LOW_LATENCY : LIVE)
                .attribute("type", view.ended() ? "static" : "dynamic").attribute("availabilityStartTime", EPOCH)
                .attribute("publishTime", IsoText.date(published));
        if (view.ended()) {
            Period last = periods.getLast();
            xml.attribute("mediaPresentationDuration",
                    IsoText.duration(last.startMicros() + micros(last, periods.size() - 1)));
        } else {
            long delay = lowLatency ? config.latencyMs() : PLAYBACK_DELAY_SEGMENTS * usualMs();
            xml.attribute("minimumUpdatePeriod", millis(target))
                    .attribute("timeShiftBufferDepth", millis(config.segments().window().toMillis()))
                    .attribute("suggestedPresentationDelay", millis(delay));
        }
        xml.attribute("maxSegmentDuration", millis(config.segments().max().toMillis())).attribute("minBufferTime",
                millis(lowLatency ? Math.min(target, 2 * part) : target));
    }

    /** The duration of the longest segment in whole seconds, or the target where that is longer, ms. */
    private long usualMs() {
        double longest = slices.stream().mapToDouble(slice -> slice.lead().seconds()).max().orElse(0);
        return Math.max(config.segments().target().toMillis(), Math.round(longest) * 1000);
    }

    /** The latency to aim at, relative to ProducerReferenceTime 0 (K.3.2), and how to get there (K.3.3). */
    private void serviceDescription(Xml xml) {
        long target = config.latencyMs();
        xml.open("ServiceDescription").attribute("id", 0);
        xml.empty("Latency").attribute("referenceId", 0).attribute("target", target).attribute("max", target * 3)
                .attribute("min", target * 3 / 4);
        xml.empty("PlaybackRate").attribute("max", "1.04").attribute("min", "0.96");
        xml.close();
    }

    private void utcTiming(Xml xml, String scheme) {
        xml.empty("UTCTiming").attribute("schemeIdUri", scheme).attribute("value", config.timeUrl());
    }

    private void period(Xml xml, int index) {
        Period period = periods.get(index);
        List<Slice> own = Periods.of(period, periods, slices);
        xml.open("Period").attribute("id", period.id()).attribute("start", IsoText.duration(period.startMicros()));
        if (index < periods.size() - 1) {
            xml.attribute("duration", IsoText.duration(micros(period, index)));
        }
        AdaptationSets sets = new AdaptationSets(xml, config, period, own, lowLatency && index == periods.size() - 1);
        Optional<String> goesOn = period.continuous() && index > 0
                ? Optional.of(periods.get(index - 1).id())
                : Optional.empty();
        List<CmafRendition> videos = new ArrayList<>();
        int id = 2;
        for (CmafRendition rendition : view.renditions()) {
            if (rendition.video() && period.inits().containsKey(rendition.name())) {
                videos.add(rendition);
            }
        }
        sets.write(1, videos, goesOn);
        for (CmafRendition rendition : view.renditions()) {
            if (!rendition.video()) {
                boolean there = period.inits().containsKey(rendition.name());
                sets.write(id++, there ? List.of(rendition) : List.of(), goesOn);
            }
        }
        xml.close();
    }

    /**
     * How long a Period is that is over, microseconds: up to the next one, but not beyond its media. With {@code @duration} not beyond
     * the last segment's nominal end either, so that clients count as many segments as there are.
     */
    private long micros(Period period, int index) {
        List<Slice> own = Periods.of(period, periods, slices);
        Slice last = own.getLast();
        long micros = Ticks.micros(last.end90() - period.start90());
        if (period.lowLatency()) {
            long count = last.sequence() - period.firstSequence() + 1;
            micros = Math.min(micros, Ticks.micros(count * period.segment90()));
        }
        return index == periods.size() - 1
                ? micros
                : Math.min(micros, periods.get(index + 1).startMicros() - period.startMicros());
    }

    private static String millis(long ms) {
        return IsoText.duration(ms * 1000);
    }
}
