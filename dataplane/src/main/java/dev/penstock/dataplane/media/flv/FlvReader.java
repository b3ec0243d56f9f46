package dev.penstock.dataplane.media.flv;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.time.Unroller;

/**
 * Makes access units of FLV audio and video tags: Adobe FLV 10.1 annex E, Enhanced RTMP v1 and v2 (of several tracks, the first).
 *
 * <p>Tracks are announced as soon as both audio and video are known, or the only one that {@link #metadata} promises, or after 500 ms
 * of media; until then units wait. Damaged tags are dropped and counted. Pure; one owner.
 */
public final class FlvReader {
    private static final int VIDEO = 0;
    private static final int AUDIO = 1;
    private static final int TICKS_PER_MS = 90;
    private static final long PATIENCE = 500L * TICKS_PER_MS;
    private static final int MOST_WAITING_BYTES = 8 << 20;
    private static final long JUMP_FORWARD = 10_000L * TICKS_PER_MS;
    private static final long JUMP_BACK = 3_000L * TICKS_PER_MS;

    private final FlvEvents events;
    private final TagHeader header = new TagHeader();
    private final Unroller clock = Unroller.ofMillis32();
    private final TrackClock[] clocks = {new TrackClock(), new TrackClock()};
    private final @Nullable Track[] tracks = new Track[2];
    private final boolean[] expected = {true, true};
    private final Deque<Sample> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private int lengthBytes = 4;
    private boolean announced;
    private boolean over;
    private long damaged;

    /** A reader that tells what it finds. */
    public FlvReader(FlvEvents events) {
        this.events = events;
    }

    /** Tags that were dropped because they are not what they say. */
    public long damaged() {
        return damaged;
    }

    /** What the sender's metadata promises; both false means that they say nothing. */
    public void metadata(boolean video, boolean audio) {
        if (video || audio) {
            expected[VIDEO] = video;
            expected[AUDIO] = audio;
        }
    }

    /**
     * The body of a video tag.
     *
     * @param timestampMs ms modulo 2^32
     * @param body takes ownership; as large as the tag, because it may be handed on
     */
    public void video(long timestampMs, ByteBuf body) {
        header.video(body);
        tag(VIDEO, timestampMs, body);
    }

    /** The body of an audio tag; as {@link #video}. */
    public void audio(long timestampMs, ByteBuf body) {
        header.audio(body);
        tag(AUDIO, timestampMs, body);
    }

    /** Nothing more comes: units that wait for a track that never came are told. */
    public void end() {
        if (!over && !announced && !waiting.isEmpty()) {
            announce();
        }
        close();
    }

    /** Releases what waits; harmless when repeated. */
    public void close() {
        over = true;
        waiting.forEach(sample -> sample.data().release());
        waiting.clear();
    }

    private void tag(int track, long timestampMs, ByteBuf body) {
        switch (over ? TagHeader.Kind.NOTHING : header.kind()) {
            case FRAME -> frame(track, timestampMs, body);
            case CONFIG -> config(track, body);
            case NOTHING -> body.release();
            case DAMAGED -> {
                damaged++;
                body.release();
            }
            case REFUSED -> {
                body.release();
                close();
                events.refused(header.refusal());
            }
        }
    }

    private void config(int track, ByteBuf body) {
        byte[] config = ByteBufUtil.getBytes(body);
        body.release();
        Codec codec = header.codec();
        if (!plausible(codec, config)) {
            damaged++;
            return;
        }
        if (codec == Codec.H264) {
            lengthBytes = (config[4] & 3) + 1;
        } else if (codec == Codec.H265) {
            lengthBytes = (config[21] & 3) + 1;
        }
        know(new Track(track, codec, config));
    }

    private static boolean plausible(Codec codec, byte[] config) {
        return switch (codec) {
            case H264 -> config.length >= 7 && config[0] == 1;
            case H265 -> config.length >= 23;
            case AV1 -> config.length >= 4 && (config[0] & 0xff) == 0x81;
            case AAC -> config.length >= 2;
            case OPUS -> config.length >= 19 && config[0] == 'O' && config[4] == 'H';
            case MPEG_AUDIO, AC3 -> false;
        };
    }

    private void know(Track track) {
        Track before = tracks[track.id()];
        if (track.equals(before)) {
            return;
        }
        tracks[track.id()] = track;
        if (announced) {
            events.tracks(known());
        } else if (before != null && !waiting.isEmpty()) {
            // What waits belongs to the configuration before, so it has to be told with that one.
            tracks[track.id()] = before;
            announce();
            know(track);
        }
    }

    private void frame(int track, long timestampMs, ByteBuf body) {
        Codec codec = header.codec();
        Track known = tracks[track];
        if (known == null || known.codec() != codec) {
            if (codec != Codec.MPEG_AUDIO && codec != Codec.AC3) {
                damaged++;
                body.release();
                return;
            }
            know(new Track(track, codec, new byte[0]));
        }
        ByteBuf data = unit(codec, body);
        if (data == null) {
            damaged++;
            return;
        }
        long ticks = clock.unroll(timestampMs) * TICKS_PER_MS + header.nanos() * 9L / 100_000;
        long offset = (long) header.offsetMs() * TICKS_PER_MS;
        TrackClock times = clocks[track];
        long step = times.step(ticks);
        if (step > JUMP_FORWARD || step < -JUMP_BACK) {
            jump(step);
        }
        long dts = times.decoding(ticks, offset);
        deliver(new Sample(track, dts, Math.max(dts, ticks + offset), header.key(), data));
    }

    private void jump(long step) {
        if (!announced) {
            announce();
        }
        for (TrackClock each : clocks) {
            each.reset();
        }
        events.discontinuity("timestamps jump by " + step / TICKS_PER_MS + " ms");
    }

    private @Nullable ByteBuf unit(Codec codec, ByteBuf body) {
        ByteBuf data = body;
        if (body.capacity() - body.readableBytes() > 64) {
            // One of several tracks: a part must not hold on to the whole.
            data = body.alloc().buffer(body.readableBytes()).writeBytes(body);
            body.release();
        }
        if (codec == Codec.H264 || codec == Codec.H265) {
            return NalLengths.widened(data, lengthBytes);
        }
        if (codec == Codec.AV1 && data.readableBytes() > 2 && data.getUnsignedShort(data.readerIndex()) == 0x1200) {
            // AV1 5.9.1: a temporal delimiter, which the unit must not hold.
            data.skipBytes(2);
        }
        return data;
    }

    private void deliver(Sample sample) {
        if (announced) {
            events.sample(sample);
            return;
        }
        waiting.add(sample);
        waitingBytes += sample.data().readableBytes();
        boolean complete = (tracks[VIDEO] != null || !expected[VIDEO]) && (tracks[AUDIO] != null || !expected[AUDIO]);
        long waited = Math.abs(sample.dts() - waiting.getFirst().dts());
        if (complete || waited >= PATIENCE || waitingBytes > MOST_WAITING_BYTES) {
            announce();
        }
    }

    private void announce() {
        announced = true;
        events.tracks(known());
        for (Sample sample = waiting.poll(); sample != null; sample = waiting.poll()) {
            events.sample(sample);
        }
    }

    private List<Track> known() {
        List<Track> known = new ArrayList<>(2);
        Arrays.stream(tracks).filter(track -> track != null).forEach(known::add);
        return List.copyOf(known);
    }
}
