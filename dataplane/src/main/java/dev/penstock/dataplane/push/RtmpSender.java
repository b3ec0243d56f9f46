package dev.penstock.dataplane.push;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.hub.Chunk;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.SourceUrl;
import dev.penstock.dataplane.ingest.rtmp.RtmpPublication;
import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.flv.FlvWriter;
import dev.penstock.dataplane.media.ts.DemuxEvents;
import dev.penstock.dataplane.media.ts.Psi;
import dev.penstock.dataplane.media.ts.TsDemuxer;

/**
 * Publishes by RTMP: the first video and the first audio of the stream, which must be of codecs that FLV carries. One owner: the event loop.
 */
final class RtmpSender implements Sender {
    private static final int TICKS_PER_MS = 90;
    /** Times that jump by more begin anew behind the last one. */
    private static final long JUMP_MS = 600_000;
    private static final int STEP_MS = 40;

    private final SourceUrl url;
    private final Events events;
    private final RtmpPublication publication;
    private final ByteBufAllocator allocator = ByteBufAllocator.DEFAULT;
    private @Nullable TsDemuxer demuxer;
    private @Nullable Track video;
    private @Nullable Track audio;
    private List<Psi.EsInfo> told = List.of();
    private String refusal = "";
    private boolean waitsForKey = true;
    /** Ticks of the stream at the publication's time 0; {@link Long#MIN_VALUE} before the first. */
    private long origin = Long.MIN_VALUE;
    private long lastMs;
    private boolean closed;

    RtmpSender(SourceUrl url, @Nullable String key, InputSettings settings, Events events) {
        this.url = url;
        this.events = events;
        publication = new RtmpPublication(url, key, settings, new RtmpPublication.Events() {
            @Override
            public void accepted() {
                events.accepted();
            }

            @Override
            public void writable() {
                events.writable();
            }

            @Override
            public void over(String reason) {
                events.over(reason);
            }
        });
    }

    @Override
    public void start() {
        publication.start();
    }

    @Override
    public boolean isWritable() {
        return publication.isWritable();
    }

    @Override
    public void begin(Chunk key, boolean skipped) {
        drop();
        fresh();
        waitsForKey = true;
    }

    @Override
    public void send(Chunk chunk) {
        if (chunk.discontinuity()) {
            interrupted();
        }
        TsDemuxer reader = demuxer == null ? fresh() : demuxer;
        Psi psi = chunk.psi();
        if (psi != null && !psi.streams().equals(told)) {
            told = psi.streams();
            reader.tables(psi);
        }
        reader.packets(chunk.data());
        if (refusal.isEmpty() && !reader.refused().isEmpty()) {
            refusal = reader.refused().getFirst();
        }
        if (!refusal.isEmpty() && !closed) {
            events.over(url.remote() + ": RTMP cannot carry the stream: " + refusal
                    + " (expected: video as H.264 or H.265, audio as AAC)");
        }
    }

    @Override
    public void interrupted() {
        if (demuxer != null) {
            demuxer.flush();
        }
        drop();
    }

    @Override
    public void flush() {
        publication.flush();
    }

    @Override
    public void close() {
        closed = true;
        drop();
        publication.close();
    }

    private TsDemuxer fresh() {
        TsDemuxer reader = new TsDemuxer(allocator, new Units());
        demuxer = reader;
        return reader;
    }

    private void drop() {
        if (demuxer != null) {
            demuxer.close();
            demuxer = null;
        }
        told = List.of();
    }

    /** The publication's time of an access unit; never less than before by more than tracks are interleaved. */
    private long millis(long dts) {
        long ms = origin == Long.MIN_VALUE ? -1 : (dts - origin) / TICKS_PER_MS;
        if (ms < 0 || Math.abs(ms - lastMs) > JUMP_MS) {
            long at = origin == Long.MIN_VALUE ? 0 : lastMs + STEP_MS;
            origin = dts - at * TICKS_PER_MS;
            ms = at;
        }
        lastMs = ms;
        return ms;
    }

    /** Takes access units out of chunks. */
    private final class Units implements DemuxEvents {
        @Override
        public void tracks(List<Track> tracks) {
            if (closed) {
                return;
            }
            video = null;
            audio = null;
            for (Track track : tracks) {
                if (!FlvWriter.carries(track.codec())) {
                    refusal = track.codec().toString();
                    return;
                }
                if (track.codec().isVideo()) {
                    video = video == null ? track : video;
                } else {
                    audio = audio == null ? track : audio;
                }
            }
            Map<String, Object> fields = new LinkedHashMap<>();
            if (video != null) {
                fields.put("videocodecid", video.codec() == Codec.H264 ? FlvWriter.AVC_ID : FlvWriter.HEVC_ID);
            }
            if (audio != null) {
                fields.put("audiocodecid", FlvWriter.AAC_ID);
            }
            fields.put("encoder", "Penstock");
            publication.metadata(fields);
            config(video);
            config(audio);
        }

        private void config(@Nullable Track track) {
            if (track != null) {
                FlvWriter.config(track, allocator)
                        .ifPresent(body -> publication.tag(track.codec().isVideo(), lastMs, body));
            }
        }

        @Override
        public void sample(Sample sample) {
            try {
                Track track = video != null && sample.track() == video.id()
                        ? video
                        : audio != null && sample.track() == audio.id() ? audio : null;
                if (closed || track == null || !refusal.isEmpty()) {
                    return;
                }
                boolean starts = video == null || (track.equals(video) && sample.key());
                if (waitsForKey && !starts) {
                    return;
                }
                waitsForKey = false;
                publication.tag(track.codec().isVideo(), millis(sample.dts()),
                        FlvWriter.frame(track.codec(), sample, allocator));
            } finally {
                sample.data().release();
            }
        }
    }
}
