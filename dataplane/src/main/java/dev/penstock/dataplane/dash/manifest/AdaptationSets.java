package dev.penstock.dataplane.dash.manifest;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafTrackInfo;

/** Writes the AdaptationSets and Representations of one Period (ISO/IEC 23009-1 5.3.3 and 5.3.5). One thread. */
final class AdaptationSets {
    private static final String CHANNELS = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";
    private static final double NEARLY = 0.002;

    private final Xml xml;
    private final ManifestConfig config;
    private final Period period;
    private final List<Slice> slices;
    private final boolean growing;

    /**
     * @param slices the Period's segments
     * @param growing whether its newest segment is offered before it is whole
     */
    AdaptationSets(Xml xml, ManifestConfig config, Period period, List<Slice> slices, boolean growing) {
        this.xml = xml;
        this.config = config;
        this.period = period;
        this.slices = slices;
        this.growing = growing;
    }

    /**
     * One AdaptationSet.
     *
     * @param renditions those between which a client may switch; all of video or all of audio; nothing is written when there are none
     * @param goesOn id of the Period that it continues
     */
    void write(int id, List<CmafRendition> renditions, Optional<String> goesOn) {
        if (renditions.isEmpty()) {
            return;
        }
        boolean video = renditions.getFirst().video();
        boolean keys = renditions.stream().flatMap(this::segments).allMatch(CmafSegment::independent);
        xml.open("AdaptationSet").attribute("id", id).attribute("contentType", video ? "video" : "audio")
                .attribute("mimeType", video ? "video/mp4" : "audio/mp4").attribute("segmentAlignment", "true");
        if (keys) {
            xml.attribute("startWithSAP", 1);
        }
        if (goesOn.isPresent()) {
            xml.empty("SupplementalProperty").attribute("schemeIdUri", "urn:mpeg:dash:period-continuity:2015")
                    .attribute("value", goesOn.get());
        }
        if (growing) {
            producerReferenceTime(renditions.getFirst());
        }
        xml.empty("Role").attribute("schemeIdUri", "urn:mpeg:dash:role:2011")
                .attribute("value", video || id == 2 ? "main" : "alternate");
        renditions.forEach(this::representation);
        xml.close();
    }

    private Stream<CmafSegment> segments(CmafRendition rendition) {
        return slices.stream().map(slice -> slice.segments().get(rendition.name()));
    }

    /** Wall clock of period time 0 (5.12), on the timescale of the Representations. */
    private void producerReferenceTime(CmafRendition rendition) {
        SegmentTemplate template = SegmentTemplate.of(period, segments(rendition).toList());
        Instant start = Instant.ofEpochMilli(Math.floorDiv(period.startMicros(), 1000L));
        xml.open("ProducerReferenceTime").attribute("id", 0)
                .attribute("inband", Boolean.toString(config.producerTimes())).attribute("type", "encoder")
                .attribute("wallClockTime", IsoText.date(start))
                .attribute("presentationTime", template.presentationTimeOffset());
        xml.empty("UTCTiming").attribute("schemeIdUri", "urn:mpeg:dash:utc:http-xsdate:2014")
                .attribute("value", config.timeUrl());
        xml.close();
    }

    private void representation(CmafRendition rendition) {
        List<CmafSegment> segments = segments(rendition).toList();
        CmafTrackInfo info = segments.getLast().info();
        xml.open("Representation").attribute("id", rendition.name());
        if (!info.codecs().isEmpty()) {
            xml.attribute("codecs", info.codecs());
        }
        if (info.width() > 0 && info.height() > 0) {
            xml.attribute("width", info.width()).attribute("height", info.height());
        }
        if (info.frameRate() > 0) {
            xml.attribute("frameRate", frameRate(info.frameRate()));
        }
        if (info.sampleRate() > 0) {
            xml.attribute("audioSamplingRate", info.sampleRate());
        }
        xml.attribute("bandwidth", period.bandwidths().getOrDefault(rendition.name(), 1L));
        if (info.channels() > 0) {
            xml.empty("AudioChannelConfiguration").attribute("schemeIdUri", CHANNELS)
                    .attribute("value", info.channels());
        }
        SegmentTemplate.of(period, segments).write(xml, config, growing);
        xml.close();
    }

    /** Whole or a fraction (5.3.7.2): 30000/1001 for rates that come from NTSC. */
    private static String frameRate(double rate) {
        long whole = Math.round(rate);
        if (Math.abs(rate - whole) < NEARLY) {
            return Long.toString(whole);
        }
        long ntsc = Math.round(rate * 1001 / 1000);
        return Math.abs(rate - ntsc * 1000 / 1001.0) < NEARLY * 5
                ? ntsc * 1000 + "/1001"
                : Math.round(rate * 1000) + "/1000";
    }
}
