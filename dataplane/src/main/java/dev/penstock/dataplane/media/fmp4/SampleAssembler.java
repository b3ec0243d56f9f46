package dev.penstock.dataplane.media.fmp4;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.Sample;

/** Cuts the data of fragments into access units, and hands those of one fragment on in the order of decoding. One thread. */
final class SampleAssembler {
    /** Decoding times that go back further than this begin anew: 1 s. */
    private static final long BACK = 90_000;

    private final Fmp4Events events;
    private final Fmp4Limits limits;
    private final FragmentParser parser;
    private final Map<Long, Integer> byId = new HashMap<>();
    private final List<Sample> ready = new ArrayList<>();
    private List<MovieTrack> tracks = List.of();
    private List<TrackReader> readers = List.of();
    private long[] next = {};
    private List<FragmentParser.Coming> coming = List.of();
    private int index;
    private @Nullable ByteBuf unit;
    private long readyBytes;
    private boolean announced;
    private long damaged;

    SampleAssembler(Fmp4Events events, Fmp4Limits limits) {
        this.events = events;
        this.limits = limits;
        this.parser = new FragmentParser(limits);
    }

    long damaged() {
        return damaged + readers.stream().mapToLong(TrackReader::damaged).sum();
    }

    boolean hasMovie() {
        return !tracks.isEmpty();
    }

    /** A movie box; the same one again changes nothing. */
    void movie(List<MovieTrack> now) {
        flush();
        boolean same = tracks.size() == now.size();
        for (int i = 0; same && i < now.size(); i++) {
            same = readers.get(i).isOf(now.get(i));
        }
        if (same) {
            return;
        }
        damaged = damaged();
        tracks = now;
        next = new long[now.size()];
        byId.clear();
        List<TrackReader> made = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            byId.put(now.get(i).id(), i);
            made.add(new TrackReader(now.get(i), i));
        }
        readers = List.copyOf(made);
        announced = false;
        announce();
    }

    /** Tells the tracks, when all of them are known. */
    private void announce() {
        if (!announced && readers.stream().allMatch(TrackReader::isKnown)) {
            announced = true;
            events.tracks(readers.stream().map(TrackReader::track).toList());
        }
    }

    /** A movie fragment box, from {@code start} to {@code end} of all bytes. */
    void fragment(Box moof, long start, long end) throws Fmp4Exception {
        if (tracks.isEmpty()) {
            throw new Fmp4Exception("moof before moov (expected: the initialization segment first)");
        }
        flush();
        coming = parser.parse(moof, start, end, byId, tracks, next);
        index = 0;
        boolean back = false;
        boolean[] seen = new boolean[tracks.size()];
        for (FragmentParser.Coming c : coming) {
            TrackReader reader = readers.get(c.track());
            reader.delays(c);
            if (!seen[c.track()]) {
                seen[c.track()] = true;
                back |= reader.goesBack(c, BACK);
            }
        }
        if (back) {
            readers.forEach(TrackReader::restart);
            events.discontinuity();
        }
    }

    /** Bytes of an mdat box, the first of them at a position of all bytes. */
    void data(ByteBuf in, int bytes, long position) {
        int end = in.readerIndex() + bytes;
        long at = position;
        while (in.readerIndex() < end && index < coming.size()) {
            FragmentParser.Coming c = coming.get(index);
            ByteBuf out = unit;
            if (out == null && at > c.offset()) {
                // Two that overlap, or one that began outside of the data.
                damaged++;
                index++;
                continue;
            }
            int here = end - in.readerIndex();
            if (out == null && at < c.offset()) {
                int skip = (int) Math.min(here, c.offset() - at);
                in.skipBytes(skip);
                at += skip;
                continue;
            }
            if (out == null) {
                out = ByteBufAllocator.DEFAULT.buffer(c.size(), c.size());
                unit = out;
            }
            int part = Math.min(here, c.size() - out.readableBytes());
            out.writeBytes(in, part);
            at += part;
            if (out.readableBytes() == c.size()) {
                unit = null;
                index++;
                done(c, out);
            }
        }
        in.readerIndex(end);
        if (index == coming.size()) {
            tell();
        }
    }

    private void done(FragmentParser.Coming c, ByteBuf data) {
        int bytes = data.readableBytes();
        readers.get(c.track()).read(c, data).ifPresent(sample -> {
            ready.add(sample);
            readyBytes += bytes;
        });
        if (!announced) {
            announce();
        }
        if (readyBytes > limits.fragmentBytes()) {
            tell();
        }
    }

    /** Hands on what is ready, tracks interleaved by time. */
    private void tell() {
        if (!ready.isEmpty()) {
            List<Sample> all = new ArrayList<>(ready);
            ready.clear();
            readyBytes = 0;
            all.sort(Comparator.comparingLong(Sample::dts));
            for (Sample sample : all) {
                if (announced) {
                    events.sample(sample);
                } else {
                    damaged++;
                    sample.data().release();
                }
            }
        }
    }

    /** The fragment is over, whether or not all of it came. */
    void flush() {
        damaged += coming.size() - index;
        dropUnit();
        coming = List.of();
        index = 0;
        tell();
    }

    /** Releases everything. */
    void close() {
        dropUnit();
        ready.forEach(sample -> sample.data().release());
        ready.clear();
        coming = List.of();
        index = 0;
        Arrays.fill(next, 0);
    }

    private void dropUnit() {
        ByteBuf half = unit;
        unit = null;
        if (half != null) {
            half.release();
        }
    }
}
