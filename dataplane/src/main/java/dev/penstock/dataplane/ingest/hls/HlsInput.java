package dev.penstock.dataplane.ingest.hls;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.PacedQueue;
import dev.penstock.dataplane.ingest.input.SourceUrl;
import dev.penstock.dataplane.media.ts.TsSynchronizer;

/**
 * Follows an HLS playlist (RFC 8216) whose segments are MPEG-TS, in the clear or encrypted (AES-128), or fragmented MP4: the variant with the highest bandwidth, from three segments before
 * the live edge. They are handed on at the speed of their PCR or decoding times, a little faster while more segments wait than that, so that
 * viewers get an even stream and not a burst a segment; a segment is read as far ahead as the limits say, then its server waits. A
 * discontinuity, a gap or a segment that cannot be read is a restart of the input. One owner: the event loop.
 */
public final class HlsInput implements Input {
    /** A source that was late by more plays on from there; what waited is not sent in a hurry. */
    private static final Duration MAX_BEHIND = Duration.ofMillis(500);
    private static final int FASTER = 1050;
    private static final int AS_IS = 1000;
    private static final int KEPT_KEYS = 8;

    private final SourceUrl url;
    private final InputSettings settings;
    private final InputEvents events;
    private final HlsLimits limits;
    private final Fetcher playlists;
    private final Fetcher segments;
    private final SegmentPlanner planner = new SegmentPlanner();
    private final PacedQueue queue;
    private final TsSynchronizer synchronizer;
    /** Keys of segments by their URLs, those used last. */
    private final Map<SourceUrl, byte[]> keys = new LinkedHashMap<>(KEPT_KEYS, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SourceUrl, byte[]> eldest) {
            return size() > KEPT_KEYS;
        }
    };
    private final Fmp4Segments fmp4;
    /** That of the segments that are read; empty for MPEG-TS. */
    private Optional<Playlist.Section> section = Optional.empty();
    private SourceUrl playlist;
    private SourceUrl base;
    private boolean chosen;
    private long loadedNanos;
    private int playlistFailures;
    private int segmentFailures;
    private long packetsInSegment;
    private @Nullable Future<?> reload;
    private @Nullable Future<?> retry;
    private boolean isOver;
    private boolean closed;

    /**
     * @param url http or https, of a master or a media playlist
     * @param authorization value of the Authorization header, or null for none
     */
    public HlsInput(SourceUrl url, @Nullable String authorization, InputSettings settings, InputEvents events) {
        this.url = url;
        this.playlist = url;
        this.base = url;
        this.settings = settings;
        this.events = events;
        this.limits = HlsLimits.DEFAULTS;
        this.playlists = new Fetcher(url, authorization, settings, limits);
        this.segments = new Fetcher(url, authorization, settings, limits);
        this.queue = new PacedQueue(settings.loop(), MAX_BEHIND, this::due, () -> end("no PCR in the first MiB", true));
        this.fmp4 = new Fmp4Segments(queue, events, this::gone, reason -> queue.then(() -> end(reason, false)));
        this.synchronizer = new TsSynchronizer(new TsSynchronizer.Output() {
            @Override
            public void packets(ByteBuf packets) {
                packetsInSegment++;
                queue.packets(packets);
            }

            @Override
            public void skipped(long bytes) {
                queue.then(() -> events.skipped(bytes));
            }
        });
    }

    @Override
    public void start() {
        load();
    }

    @Override
    public void close() {
        closed = true;
        playlists.close();
        segments.close();
        if (reload != null) {
            reload.cancel(false);
        }
        if (retry != null) {
            retry.cancel(false);
        }
        synchronizer.reset();
        fmp4.close();
        queue.close();
    }

    private void load() {
        if (closed) {
            return;
        }
        loadedNanos = settings.loop().ticker().nanoTime();
        ByteBuf text = Unpooled.buffer();
        playlists.get(new Fetcher.Request(playlist, Optional.empty(), true, limits.playlistBytes()),
                new Fetcher.Answer() {
                    @Override
                    public void bytes(ByteBuf bytes) {
                        text.writeBytes(bytes);
                        bytes.release();
                    }

                    @Override
                    public void complete(SourceUrl from) {
                        String body = text.toString(StandardCharsets.UTF_8);
                        text.release();
                        loaded(body, from);
                    }

                    @Override
                    public void failed(String reason) {
                        text.release();
                        again(reason);
                    }
                });
    }

    /** A playlist could not be read: at the start that is the source's end, later it may be read the next time. */
    private void again(String reason) {
        if (!chosen || ++playlistFailures >= limits.failures()) {
            fail(reason);
        } else {
            reload = settings.loop().schedule(this::load, limits.retryIn().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void loaded(String body, SourceUrl from) {
        try {
            switch (PlaylistDecoder.decode(body)) {
                case Playlist.Master master -> choose(VariantPlanner.best(master), from);
                case Playlist.Media media -> {
                    base = from;
                    chosen = true;
                    playlistFailures = 0;
                    planner.read(media).ifPresent(this::reloadIn);
                    pump();
                }
            }
        } catch (PlaylistException e) {
            fail(from.remote() + " " + e.getMessage());
        }
    }

    private void choose(Playlist.Variant variant, SourceUrl from) throws PlaylistException {
        Optional<SourceUrl> next = Fetcher.resolve(from, variant.uri());
        if (chosen || next.isEmpty()) {
            throw new PlaylistException("leads to " + (chosen ? "another master playlist" : "no http or https URL")
                    + " (expected: a media playlist)");
        }
        chosen = true;
        playlist = next.get();
        load();
    }

    private void reloadIn(Duration wait) {
        long passed = settings.loop().ticker().nanoTime() - loadedNanos;
        reload = settings.loop().schedule(this::load, Math.max(1, wait.toNanos() - passed), TimeUnit.NANOSECONDS);
    }

    /** Fetches the next segment when there is one and room for it. */
    private void pump() {
        queue.speed(planner.isBehind() ? FASTER : AS_IS);
        if (closed || isOver || segments.isBusy() || retry != null || queue.pendingBytes() > limits.readAhead() / 4) {
            return;
        }
        switch (planner.step()) {
            case SegmentPlanner.Play play -> {
                play.broken().ifPresent(this::restart);
                fetch(play.segment(), true);
            }
            case SegmentPlanner.Await none -> {
                // The next playlist will bring it.
            }
            case SegmentPlanner.Over over -> {
                isOver = true;
                queue.then(() -> end(over.forGood() ? "end of the playlist" : "the live stream has ended",
                        over.forGood()));
                queue.drain();
            }
        }
    }

    private void restart(String reason) {
        queue.then(() -> {
            queue.restart();
            events.restarted(reason, false);
        });
        if (section.isPresent()) {
            fmp4.restart();
        }
    }

    private void fetch(Playlist.Segment segment, boolean mayRetry) {
        Optional<SourceUrl> target = Fetcher.resolve(base, segment.uri());
        if (target.isEmpty()) {
            fail(base.remote() + " names a segment that is no http or https URL");
            return;
        }
        if (!segment.section().equals(section)) {
            segment.section().ifPresentOrElse(wanted -> fetchSection(wanted, segment, mayRetry), () -> {
                section = Optional.empty();
                fetch(segment, mayRetry);
            });
        } else if (segment.key().isPresent()) {
            Playlist.Key key = segment.key().get();
            Optional<SourceUrl> from = Fetcher.resolve(base, key.uri());
            if (from.isEmpty()) {
                fail(base.remote() + " names a key that is no http or https URL");
                return;
            }
            byte[] secret = keys.get(from.get());
            if (secret == null) {
                fetchKey(from.get(), segment, mayRetry);
            } else {
                fetch(target.get(), segment, new SegmentCipher(secret, key), mayRetry);
            }
        } else {
            fetch(target.get(), segment, null, mayRetry);
        }
    }

    private void fetchSection(Playlist.Section wanted, Playlist.Segment segment, boolean mayRetry) {
        Optional<SourceUrl> from = Fetcher.resolve(base, wanted.uri());
        if (from.isEmpty()) {
            fail(base.remote() + " names an initialization section that is no http or https URL");
            return;
        }
        ByteBuf bytes = Unpooled.buffer();
        segments.get(new Fetcher.Request(from.get(), wanted.range(), false, limits.sectionBytes()),
                new Fetcher.Answer() {
                    @Override
                    public void bytes(ByteBuf part) {
                        bytes.writeBytes(part);
                        part.release();
                    }

                    @Override
                    public void complete(SourceUrl at) {
                        section = Optional.of(wanted);
                        fmp4.initialize(bytes);
                        bytes.release();
                        fetch(segment, mayRetry);
                    }

                    @Override
                    public void failed(String reason) {
                        bytes.release();
                        lost(segment, reason, mayRetry);
                    }
                });
    }

    private void fetchKey(SourceUrl from, Playlist.Segment segment, boolean mayRetry) {
        ByteBuf bytes = Unpooled.buffer(SegmentCipher.KEY_BYTES);
        segments.get(new Fetcher.Request(from, Optional.empty(), false, limits.keyBytes()), new Fetcher.Answer() {
            @Override
            public void bytes(ByteBuf part) {
                bytes.writeBytes(part);
                part.release();
            }

            @Override
            public void complete(SourceUrl at) {
                if (bytes.readableBytes() != SegmentCipher.KEY_BYTES) {
                    failed(at.remote() + ": " + bytes.readableBytes() + " bytes (expected: a key of "
                            + SegmentCipher.KEY_BYTES + ")");
                    return;
                }
                keys.put(from, ByteBufUtil.getBytes(bytes));
                fetch(segment, mayRetry);
            }

            @Override
            public void failed(String reason) {
                lost(segment, reason, mayRetry);
            }
        });
    }

    private void fetch(SourceUrl target, Playlist.Segment segment, @Nullable SegmentCipher cipher, boolean mayRetry) {
        packetsInSegment = 0;
        long limit = segment.range().map(Playlist.Range::length).orElse(limits.segmentBytes());
        segments.get(new Fetcher.Request(target, segment.range(), false, limit), new Fetcher.Answer() {
            private boolean begun;

            @Override
            public void bytes(ByteBuf bytes) {
                begun = true;
                feed(cipher == null ? bytes : cipher.update(bytes));
                queue.drain();
                segments.pause(queue.pendingBytes() > limits.readAhead());
            }

            @Override
            public void complete(SourceUrl from) {
                Optional<ByteBuf> last = cipher == null ? Optional.of(Unpooled.EMPTY_BUFFER) : cipher.end();
                if (last.isEmpty()) {
                    lost(segment, from.remote() + ": cannot be decrypted with the key that the playlist names", false);
                    return;
                }
                feed(last.get());
                read(from);
            }

            @Override
            public void failed(String reason) {
                lost(segment, reason, mayRetry && !begun);
            }
        });
    }

    private void feed(ByteBuf bytes) {
        if (section.isPresent()) {
            fmp4.feed(bytes);
        } else {
            synchronizer.feed(bytes);
        }
    }

    private void read(SourceUrl from) {
        synchronizer.end();
        segments.pause(false);
        if (section.isPresent() ? fmp4.found() == 0 : packetsInSegment == 0) {
            fail(from.remote() + (section.isPresent()
                    ? ": no access units in the segment (expected: fragmented MP4)"
                    : ": no transport stream in the segment (expected: MPEG-TS)"));
            return;
        }
        segmentFailures = 0;
        queue.drain();
        pump();
    }

    /** A segment that cannot be read: asked for once more when nothing of it came, then passed over. */
    private void lost(Playlist.Segment segment, String reason, boolean mayRetry) {
        if (closed) {
            return;
        }
        synchronizer.end();
        segments.pause(false);
        queue.drain();
        if (mayRetry) {
            retry = settings.loop().schedule(() -> {
                retry = null;
                fetch(segment, false);
            }, limits.retryIn().toMillis(), TimeUnit.MILLISECONDS);
        } else if (++segmentFailures >= limits.failures()) {
            fail(reason);
        } else {
            planner.lost(reason);
            pump();
        }
    }

    /** Packets are due. */
    private void due(ByteBuf packets) {
        events.bytes(packets);
        gone();
    }

    private void gone() {
        if (!closed && queue.pendingBytes() <= limits.readAhead() / 4) {
            segments.pause(false);
            pump();
        }
    }

    private void end(String reason, boolean forGood) {
        fail(url.remote() + ": " + reason, forGood);
    }

    private void fail(String reason) {
        fail(reason, false);
    }

    private void fail(String reason, boolean forGood) {
        if (!closed) {
            events.ended(reason, forGood);
        }
    }
}
