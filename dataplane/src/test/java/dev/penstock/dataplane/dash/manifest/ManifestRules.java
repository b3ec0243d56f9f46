package dev.penstock.dataplane.dash.manifest;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.w3c.dom.Element;

import static dev.penstock.dataplane.dash.manifest.Mpd.children;

/**
 * Rules for manifests, from ISO/IEC 23009-1 and the DASH-IF guidelines: IOP part 4 (live), part 5 (low latency) and the restricted timing
 * model. Each has a name, under which {@code docs/dash.md} lists it.
 */
final class ManifestRules {
    private static final double FRAME = 0.05;

    private final Mpd mpd;
    private final List<String> broken = new ArrayList<>();

    private ManifestRules(Mpd mpd) {
        this.mpd = mpd;
    }

    /** What is wrong with a manifest; empty when nothing is. */
    static List<String> check(String text) {
        ManifestRules rules = new ManifestRules(new Mpd(text));
        rules.presentation();
        rules.periods();
        for (Mpd.Representation representation : rules.mpd.representations()) {
            rules.representation(representation);
            rules.template(representation);
            if (representation.hasTimeline()) {
                rules.timeline(representation);
            }
            if (representation.template().hasAttribute("availabilityTimeOffset")) {
                rules.lowLatency(representation);
            }
        }
        return rules.broken;
    }

    /** What is wrong with a manifest that takes the place of another. */
    static List<String> checkUpdate(String before, String after) {
        ManifestRules rules = new ManifestRules(new Mpd(after));
        rules.update(new Mpd(before), before.equals(after));
        return rules.broken;
    }

    private void rule(String name, boolean holds, String detail) {
        if (!holds) {
            broken.add(name + ": " + detail);
        }
    }

    private void presentation() {
        Element root = mpd.root();
        boolean dynamic = root.getAttribute("type").equals("dynamic");
        rule("mpd-namespace", Mpd.NAMESPACE.equals(root.getNamespaceURI()), root.getNamespaceURI());
        for (String name : List.of("profiles", "minBufferTime", "maxSegmentDuration", "publishTime",
                "availabilityStartTime")) {
            rule("mpd-attributes", root.hasAttribute(name), name);
        }
        rule("mpd-dynamic", dynamic == root.hasAttribute("minimumUpdatePeriod"), "minimumUpdatePeriod");
        rule("mpd-dynamic", dynamic == root.hasAttribute("timeShiftBufferDepth"), "timeShiftBufferDepth");
        rule("mpd-dynamic", dynamic != root.hasAttribute("mediaPresentationDuration"), "mediaPresentationDuration");
        rule("mpd-utc-timing", !dynamic || !children(root, "UTCTiming").isEmpty(), "none");
        rule("mpd-periods", !mpd.periods().isEmpty(), "none");
    }

    private void periods() {
        Set<String> ids = new HashSet<>();
        BigDecimal end = null;
        Element before = null;
        for (Element period : mpd.periods()) {
            String id = period.getAttribute("id");
            BigDecimal start = Mpd.seconds(period.getAttribute("start"));
            rule("period-id", !id.isEmpty() && ids.add(id), id);
            rule("period-order", end == null || start.compareTo(end) >= 0, id + " starts before " + end);
            end = period.hasAttribute("duration") ? start.add(Mpd.seconds(period.getAttribute("duration"))) : start;
            rule("period-sets", !children(period, "AdaptationSet").isEmpty(), id);
            sets(period, before);
            before = period;
        }
    }

    private void sets(Element period, Element before) {
        Set<String> ids = new HashSet<>();
        Set<String> representations = new HashSet<>();
        for (Element set : children(period, "AdaptationSet")) {
            rule("set-id", ids.add(set.getAttribute("id")), set.getAttribute("id"));
            rule("set-type", set.getAttribute("mimeType").startsWith(set.getAttribute("contentType") + "/"),
                    "mimeType");
            rule("set-alignment", set.getAttribute("segmentAlignment").equals("true"), "segmentAlignment");
            for (Element element : children(set, "Representation")) {
                rule("representation-id", representations.add(element.getAttribute("id")), element.getAttribute("id"));
            }
            for (Element property : children(set, "SupplementalProperty")) {
                rule("period-continuity",
                        before != null && property.getAttribute("value").equals(before.getAttribute("id")),
                        property.getAttribute("value"));
            }
        }
    }

    private void representation(Mpd.Representation representation) {
        Element element = representation.element();
        rule("representation-codecs", !element.getAttribute("codecs").isEmpty(), representation.key());
        rule("representation-bandwidth", Long.parseLong(element.getAttribute("bandwidth")) > 0, representation.key());
        if (representation.set().getAttribute("contentType").equals("video")) {
            rule("representation-video", element.hasAttribute("width") && element.hasAttribute("height")
                    && element.getAttribute("frameRate").matches("[0-9]+(/[1-9][0-9]*)?"), representation.key());
        } else {
            rule("representation-audio", element.hasAttribute("audioSamplingRate")
                    && children(element, "AudioChannelConfiguration").size() == 1, representation.key());
        }
    }

    private void template(Mpd.Representation representation) {
        Element template = representation.template();
        rule("template-media", template.getAttribute("media").equals(representation.hasTimeline()
                ? "$RepresentationID$/time/$Time$.m4s"
                : "$RepresentationID$/$Number$.m4s"),
                representation.key());
        rule("template-initialization",
                template.getAttribute("initialization").matches("\\$RepresentationID\\$/init-[^$]+\\.mp4"),
                representation.key());
        rule("template-duration", template.hasAttribute("duration") != representation.hasTimeline(),
                representation.key());
        rule("template-timescale", representation.number("timescale") > 0, representation.key());
        rule("template-start-number", template.hasAttribute("startNumber") != representation.hasTimeline(),
                representation.key());
    }

    private void timeline(Mpd.Representation representation) {
        double most = Mpd.seconds(mpd.root().getAttribute("maxSegmentDuration")).doubleValue() + FRAME;
        long end = Long.MIN_VALUE;
        long first = Long.MAX_VALUE;
        for (long[] segment : representation.timeline().values()) {
            rule("timeline-overlap", segment[0] >= end, representation.key() + " at " + segment[0]);
            rule("timeline-duration", segment[1] > 0 && representation.seconds(segment[1]) <= most,
                    representation.key() + " lasts " + segment[1]);
            end = segment[0] + segment[1];
            first = Math.min(first, segment[0]);
        }
        long offset = representation.number("presentationTimeOffset");
        rule("timeline-period-start", first >= offset - representation.number("timescale") / 20, representation.key());
        if (representation.end() != null) {
            double media = representation.seconds(end - offset);
            double period = representation.end().subtract(representation.start()).doubleValue();
            rule("timeline-covers-period", media >= period - FRAME,
                    representation.key() + ": " + media + " of " + period);
        }
    }

    private void lowLatency(Mpd.Representation representation) {
        Element template = representation.template();
        double early = Double.parseDouble(template.getAttribute("availabilityTimeOffset"));
        rule("low-latency-offset", early >= 0 && early < representation.seconds(representation.number("duration")),
                representation.key());
        rule("low-latency-complete", template.getAttribute("availabilityTimeComplete").equals("false"),
                representation.key());
        rule("low-latency-profile", mpd.root().getAttribute("profiles").contains("low-latency-live"), "profiles");
        List<Element> services = children(mpd.root(), "ServiceDescription");
        rule("low-latency-service", services.size() == 1 && children(services.getFirst(), "Latency").size() == 1,
                "ServiceDescription");
        if (services.isEmpty()) {
            return;
        }
        Element latency = children(services.getFirst(), "Latency").getFirst();
        List<Element> times = children(representation.set(), "ProducerReferenceTime");
        rule("low-latency-reference", times.size() == 1
                && times.getFirst().getAttribute("id").equals(latency.getAttribute("referenceId")),
                representation.key());
        if (times.isEmpty()) {
            return;
        }
        Element time = times.getFirst();
        Element utc = children(time, "UTCTiming").getFirst();
        rule("low-latency-same-clock", children(mpd.root(), "UTCTiming").stream()
                .anyMatch(u -> u.getAttribute("value").equals(utc.getAttribute("value"))
                        && u.getAttribute("schemeIdUri").equals(utc.getAttribute("schemeIdUri"))),
                representation.key());
        double wall = Instant.parse(time.getAttribute("wallClockTime")).toEpochMilli() / 1000.0;
        double said = representation.start().doubleValue() + representation.seconds(
                Long.parseLong(time.getAttribute("presentationTime"))
                        - representation.number("presentationTimeOffset"));
        rule("low-latency-producer-time", Math.abs(wall - said) < 0.002, wall + " is not " + said);
    }

    private void update(Mpd before, boolean same) {
        Instant then = Instant.parse(before.root().getAttribute("publishTime"));
        Instant now = Instant.parse(mpd.root().getAttribute("publishTime"));
        rule("update-publish-time", same ? now.equals(then) : now.isAfter(then), then + ", " + now);
        Map<String, Mpd.Representation> old = before.byKey();
        for (Mpd.Representation after : mpd.representations()) {
            Mpd.Representation known = old.get(after.key());
            if (known != null) {
                unchanged(known, after);
            }
        }
    }

    private void unchanged(Mpd.Representation known, Mpd.Representation after) {
        rule("update-period-start", known.start().compareTo(after.start()) == 0, after.key());
        for (String name : List.of("presentationTimeOffset", "timescale", "initialization", "media", "duration")) {
            rule("update-template", known.template().getAttribute(name).equals(after.template().getAttribute(name)),
                    after.key() + " " + name);
        }
        rule("update-bandwidth", Long.parseLong(known.element().getAttribute("bandwidth")) <= Long
                .parseLong(after.element().getAttribute("bandwidth")), after.key());
        rule("update-addressing", known.hasTimeline() == after.hasTimeline(), after.key());
        if (known.hasTimeline() && after.hasTimeline()) {
            Map<Long, long[]> segments = after.timeline();
            long first = segments.values().iterator().next()[0];
            known.timeline().values().stream().filter(segment -> segment[0] >= first)
                    .forEach(segment -> rule("update-segments",
                            segments.containsKey(segment[0]) && segments.get(segment[0])[1] == segment[1],
                            after.key() + " " + segment[0]));
        } else {
            rule("update-start-number", known.number("startNumber") == after.number("startNumber"), after.key());
        }
    }
}
