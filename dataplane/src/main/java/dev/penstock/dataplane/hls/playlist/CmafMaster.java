package dev.penstock.dataplane.hls.playlist;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafTrackInfo;
import dev.penstock.dataplane.segment.CmafView;

/**
 * The master playlist of a stream that is cut into CMAF segments: each video rendition is a variant, with the audio renditions as
 * its group; without video the first audio rendition is the variant. Bandwidth is measured: video and the largest audio of
 * the group together (RFC 8216 4.3.4.2).
 */
public final class CmafMaster {
    private static final String GROUP = "audio";

    private CmafMaster() {}

    /** The playlist; renditions of which no segment is complete are left out. */
    public static String write(CmafView view) {
        List<CmafRendition> ready = view.renditions().stream().filter(CmafMaster::ready).toList();
        List<CmafRendition> audio = ready.stream().filter(r -> !r.video()).toList();
        List<CmafRendition> video = ready.stream().filter(CmafRendition::video).toList();
        boolean grouped = (!video.isEmpty() && !audio.isEmpty()) || audio.size() > 1;
        List<MasterPlaylistWriter.Audio> group = grouped
                ? Stream.iterate(0, i -> i < audio.size(), i -> i + 1).map(i -> audio(audio.get(i), i == 0)).toList()
                : List.of();
        List<MasterPlaylistWriter.Variant> variants = video.isEmpty()
                ? audio.stream().limit(1).map(r -> variant(r, audio, grouped)).toList()
                : video.stream().map(r -> variant(r, audio, grouped)).toList();
        return MasterPlaylistWriter.write(variants, group, ready.stream()
                .flatMap(r -> CmafPlaylistWriter.listed(r).stream()).allMatch(CmafSegment::independent));
    }

    /**
     * Whether a master playlist made now would name all that the stream has: each rendition has a complete segment. One that lags by
     * more than a segment is not waited for.
     */
    public static boolean isReady(CmafView view) {
        List<CmafRendition> all = view.renditions();
        return !all.isEmpty() && (all.stream().allMatch(CmafMaster::ready)
                || all.stream().anyMatch(r -> r.segments().stream().filter(CmafSegment::complete).count() > 1));
    }

    private static boolean ready(CmafRendition rendition) {
        return CmafPlaylistWriter.listed(rendition).stream().anyMatch(CmafSegment::complete);
    }

    private static MasterPlaylistWriter.Audio audio(CmafRendition rendition, boolean first) {
        return new MasterPlaylistWriter.Audio(GROUP, rendition.name(), rendition.name() + ".m3u8", first,
                info(rendition).channels());
    }

    private static MasterPlaylistWriter.Variant variant(CmafRendition main, List<CmafRendition> audio,
            boolean grouped) {
        Rate rate = Rate.of(main);
        Set<String> codecs = new LinkedHashSet<>();
        codecs.add(info(main).codecs());
        if (main.video()) {
            rate = rate.plus(audio.stream().map(Rate::of).reduce(Rate.NONE, Rate::max));
        } else {
            rate = audio.stream().map(Rate::of).reduce(rate, Rate::max);
        }
        audio.forEach(r -> codecs.add(info(r).codecs()));
        // Unknown codecs of one rendition leave all unknown: a list that lacks one is wrong.
        String all = codecs.contains("") ? "" : String.join(",", codecs);
        CmafTrackInfo info = info(main);
        return new MasterPlaylistWriter.Variant(main.name() + ".m3u8", rate.peak(), rate.average(), all, info.width(),
                info.height(), info.frameRate(), grouped ? Optional.of(GROUP) : Optional.empty(), main.video());
    }

    private static CmafTrackInfo info(CmafRendition rendition) {
        return rendition.segments().getLast().info();
    }

    /**
     * Measured bits per second.
     *
     * @param peak of the fastest segment
     * @param average of all
     */
    private record Rate(long peak, long average) {
        static final Rate NONE = new Rate(0, 0);

        static Rate of(CmafRendition rendition) {
            long peak = 0;
            long bytes = 0;
            double seconds = 0;
            for (CmafSegment segment : CmafPlaylistWriter.listed(rendition)) {
                if (segment.complete() && segment.durationTicks() > 0) {
                    peak = Math.max(peak, rate(segment.bytes(), segment.seconds()));
                    bytes += segment.bytes();
                    seconds += segment.seconds();
                }
            }
            return new Rate(peak, seconds > 0 ? rate(bytes, seconds) : 0);
        }

        private static long rate(long bytes, double seconds) {
            return (long) Math.ceil(bytes * 8 / seconds);
        }

        Rate plus(Rate other) {
            return new Rate(peak + other.peak, average + other.average);
        }

        Rate max(Rate other) {
            return new Rate(Math.max(peak, other.peak), Math.max(average, other.average));
        }
    }
}
