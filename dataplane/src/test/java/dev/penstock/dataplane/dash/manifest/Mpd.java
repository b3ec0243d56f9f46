package dev.penstock.dataplane.dash.manifest;

import java.io.StringReader;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import javax.xml.parsers.DocumentBuilderFactory;

import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** A manifest as a client understands it: written without a look at the writer, from ISO/IEC 23009-1. Times are exact. */
public final class Mpd {
    private static final DocumentBuilderFactory PARSERS = DocumentBuilderFactory.newDefaultNSInstance();
    static final String NAMESPACE = "urn:mpeg:dash:schema:mpd:2011";

    private final Element root;
    private final List<Representation> representations = new ArrayList<>();

    /**
     * A Representation in a Period.
     *
     * @param start of the Period, seconds since 1970
     * @param end of the Period, or null while it goes on
     */
    public record Representation(Element period, Element set, Element element, Element template, BigDecimal start,
            BigDecimal end) {
        String key() {
            return period.getAttribute("id") + "/" + element.getAttribute("id");
        }

        public long number(String attribute) {
            return Long.parseLong(template.getAttribute(attribute));
        }

        public boolean hasTimeline() {
            return !children(template, "SegmentTimeline").isEmpty();
        }

        public double seconds(long units) {
            return units / (double) number("timescale");
        }

        /** Start in media time and duration by that start, which is {@code $Time$}, as a SegmentTimeline says (5.3.9.6). */
        public Map<Long, long[]> timeline() {
            Map<Long, long[]> all = new TreeMap<>();
            long time = 0;
            for (Element s : children(children(template, "SegmentTimeline").getFirst(), "S")) {
                time = s.hasAttribute("t") ? Long.parseLong(s.getAttribute("t")) : time;
                long repeats = s.hasAttribute("r") ? Long.parseLong(s.getAttribute("r")) : 0;
                for (long i = 0; i <= repeats; i++) {
                    long duration = Long.parseLong(s.getAttribute("d"));
                    all.put(time, new long[]{time, duration});
                    time += duration;
                }
            }
            return all;
        }

        /** The newest number that a client may ask for with {@code @duration} (A.3.4, with availabilityTimeOffset). */
        public long newestNumber(Instant now) {
            double duration = seconds(number("duration"));
            double early = template.hasAttribute("availabilityTimeOffset")
                    ? Double.parseDouble(template.getAttribute("availabilityTimeOffset"))
                    : 0;
            double inPeriod = now.toEpochMilli() / 1000.0 - start.doubleValue();
            long index = (long) Math.floor((inPeriod + early) / duration + 1e-6) - 1;
            if (end != null) {
                index = Math.min(index, count() - 1);
            }
            return number("startNumber") + index;
        }

        /** When a segment is complete at the latest, with {@code @duration}: ms since 1970. */
        public long endsAtMs(long number) {
            return Math.round((start.doubleValue()
                    + (number - number("startNumber") + 1) * seconds(number("duration"))) * 1000);
        }

        /** Where the initialization segment is, relative to the manifest. */
        public String initialization() {
            return url(template.getAttribute("initialization"));
        }

        /** Where a segment is, relative to the manifest. */
        public String media(long number) {
            return url(template.getAttribute("media").replace("$Number$", Long.toString(number)));
        }

        private String url(String pattern) {
            return pattern.replace("$RepresentationID$", element.getAttribute("id")).replace("$$", "$");
        }

        /** Segments in a Period that has an end, with {@code @duration}. */
        long count() {
            double duration = seconds(number("duration"));
            return (long) Math.ceil(end.subtract(start).doubleValue() / duration - 1e-6);
        }
    }

    public Mpd(String text) {
        try {
            Document document = PARSERS.newDocumentBuilder().parse(new InputSource(new StringReader(text)));
            root = document.getDocumentElement();
        } catch (Exception e) {
            throw new AssertionError("not an XML document: " + text, e);
        }
        List<Element> periods = children(root, "Period");
        for (int i = 0; i < periods.size(); i++) {
            BigDecimal start = seconds(periods.get(i).getAttribute("start"));
            BigDecimal end = null;
            if (periods.get(i).hasAttribute("duration")) {
                end = start.add(seconds(periods.get(i).getAttribute("duration")));
            } else if (i + 1 < periods.size()) {
                end = seconds(periods.get(i + 1).getAttribute("start"));
            } else if (root.hasAttribute("mediaPresentationDuration")) {
                end = seconds(root.getAttribute("mediaPresentationDuration"));
            }
            for (Element set : children(periods.get(i), "AdaptationSet")) {
                for (Element element : children(set, "Representation")) {
                    representations.add(new Representation(periods.get(i), set, element,
                            children(element, "SegmentTemplate").getFirst(), start, end));
                }
            }
        }
    }

    Element root() {
        return root;
    }

    List<Element> periods() {
        return children(root, "Period");
    }

    public List<Representation> representations() {
        return representations;
    }

    /** By Period and Representation. */
    Map<String, Representation> byKey() {
        Map<String, Representation> all = new LinkedHashMap<>();
        representations.forEach(r -> all.put(r.key(), r));
        return all;
    }

    static List<Element> children(Element parent, String name) {
        List<Element> all = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getLocalName().equals(name)) {
                all.add(element);
            }
        }
        return all;
    }

    /** Seconds of an xs:duration. */
    static BigDecimal seconds(String duration) {
        Duration parsed = Duration.parse(duration);
        return BigDecimal.valueOf(parsed.getSeconds()).add(BigDecimal.valueOf(parsed.getNano(), 9));
    }
}
