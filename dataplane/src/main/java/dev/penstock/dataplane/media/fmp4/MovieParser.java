package dev.penstock.dataplane.media.fmp4;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a movie box: the tracks that are served, video first and at most one of it. Pure. */
final class MovieParser {
    private static final int MOST_TRACKS = 32;

    private MovieParser() {}

    /**
     * @param moov payload of the box
     * @throws Fmp4Exception when it is damaged, not fragmented, or has no track that is served
     */
    static List<MovieTrack> parse(Box moov) throws Fmp4Exception {
        Map<Long, MovieTrack.Defaults> defaults = extend(moov);
        List<MovieTrack> video = new ArrayList<>();
        List<MovieTrack> audio = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (Optional<Box> box = moov.next(); box.isPresent(); box = moov.next()) {
            if (box.get().type().equals("trak") && video.size() + audio.size() + others.size() < MOST_TRACKS) {
                String[] coding = {""};
                Optional<MovieTrack> track = track(box.get(), coding);
                track.ifPresent(t -> (t.codec().isVideo() ? video : audio)
                        .add(t.with(defaults.getOrDefault(t.id(), MovieTrack.Defaults.NONE))));
                if (track.isEmpty()) {
                    others.add(coding[0]);
                }
            }
        }
        if (video.isEmpty() && audio.isEmpty()) {
            throw new Fmp4Exception("no track that is served, but " + others
                    + " (expected: avc1, hvc1, av01, mp4a, Opus or ac-3, not encrypted)");
        }
        List<MovieTrack> all = new ArrayList<>(video.isEmpty() ? video : video.subList(0, 1));
        all.addAll(audio);
        return List.copyOf(all);
    }

    private static Map<Long, MovieTrack.Defaults> extend(Box moov) throws Fmp4Exception {
        Box mvex = moov.find("mvex").orElseThrow(() -> new Fmp4Exception(
                "the MP4 is not fragmented (expected: mvex in moov; ffmpeg: -movflags frag_keyframe+empty_moov)"));
        Map<Long, MovieTrack.Defaults> all = new HashMap<>();
        for (Optional<Box> box = mvex.next(); box.isPresent(); box = mvex.next()) {
            Box trex = box.get();
            if (trex.type().equals("trex")) {
                long id = trex.skip(4).u32();
                all.put(id, new MovieTrack.Defaults(trex.skip(4).u32(), trex.u32(), trex.s32()));
            }
        }
        return all;
    }

    private static Optional<MovieTrack> track(Box trak, String[] coding) throws Fmp4Exception {
        Box tkhd = trak.need("tkhd");
        long id = tkhd.u8() == 1 ? tkhd.skip(3 + 16).u32() : tkhd.skip(3 + 8).u32();
        Box mdia = trak.need("mdia");
        Box mdhd = mdia.need("mdhd");
        long timescale = mdhd.u8() == 1 ? mdhd.skip(3 + 16).u32() : mdhd.skip(3 + 8).u32();
        if (timescale == 0) {
            throw new Fmp4Exception("track " + id + ": timescale 0 (expected: above 0)");
        }
        Box stsd = mdia.need("minf").need("stbl").need("stsd").skip(8);
        Optional<Box> entry = stsd.next();
        if (entry.isEmpty()) {
            throw new Fmp4Exception("track " + id + " without a sample entry");
        }
        coding[0] = entry.get().type();
        Optional<SampleEntry> read = SampleEntry.parse(entry.get());
        long edit = editTicks(trak);
        return read.map(e -> new MovieTrack(id, timescale, e.codec(), e.config(), e.lengthSize(), edit,
                MovieTrack.Defaults.NONE));
    }

    /** media_time of the first edit that is not empty (8.6.6). */
    private static long editTicks(Box trak) throws Fmp4Exception {
        Optional<Box> edts = trak.find("edts");
        Optional<Box> elst = edts.isEmpty() ? Optional.empty() : edts.get().find("elst");
        if (elst.isEmpty()) {
            return 0;
        }
        Box list = elst.get();
        boolean wide = list.u8() == 1;
        long count = list.skip(3).u32();
        for (long i = 0; i < count && list.left() > 0; i++) {
            long time = wide ? list.skip(8).u64() : list.skip(4).s32();
            list.skip(4);
            if (time >= 0) {
                return time;
            }
        }
        return 0;
    }
}
