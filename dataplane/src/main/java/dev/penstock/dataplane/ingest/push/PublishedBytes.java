package dev.penstock.dataplane.ingest.push;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.fmp4.Fmp4Events;
import dev.penstock.dataplane.media.fmp4.Fmp4Reader;

/**
 * Gives a publisher's bytes to its publication: fragmented MP4 when they begin like that, else a transport stream. Owned by the stream's
 * event loop.
 */
final class PublishedBytes {
    private static final int ENOUGH = 8;
    private static final Set<String> MP4 = Set.of("ftyp", "styp", "moov", "moof", "sidx", "free", "skip", "emsg",
            "prft");

    private final Publication publication;
    private final Consumer<String> refused;
    private ByteBuf start = Unpooled.EMPTY_BUFFER;
    private @Nullable Fmp4Reader mp4;
    private boolean decided;
    private boolean over;

    /** @param refused hears why the bytes cannot be read; on the stream's event loop */
    PublishedBytes(Publication publication, Consumer<String> refused) {
        this.publication = publication;
        this.refused = refused;
    }

    /** Takes ownership. */
    void take(ByteBuf bytes) {
        if (over) {
            bytes.release();
        } else if (decided) {
            give(bytes);
        } else {
            ByteBuf all = start.isReadable() ? Unpooled.wrappedBuffer(start, bytes) : bytes;
            start = Unpooled.EMPTY_BUFFER;
            if (all.readableBytes() < ENOUGH) {
                start = all;
            } else {
                decided = true;
                String type = all.toString(all.readerIndex() + 4, 4, StandardCharsets.ISO_8859_1);
                mp4 = MP4.contains(type) ? new Fmp4Reader(new Heard()) : null;
                give(all);
            }
        }
    }

    private void give(ByteBuf bytes) {
        Fmp4Reader reader = mp4;
        if (reader == null) {
            publication.packets(bytes);
            return;
        }
        try {
            reader.feed(bytes);
        } finally {
            bytes.release();
        }
    }

    /** No more bytes: what is whole goes out, and the publication is closed. */
    void end(String reason) {
        if (over) {
            return;
        }
        over = true;
        start.release();
        start = Unpooled.EMPTY_BUFFER;
        if (mp4 != null) {
            mp4.end();
        }
        publication.close(reason);
    }

    private final class Heard implements Fmp4Events {
        @Override
        public void tracks(List<Track> tracks) {
            publication.tracks(tracks);
        }

        @Override
        public void sample(Sample sample) {
            publication.sample(sample);
        }

        @Override
        public void discontinuity() {
            publication.discontinuity();
        }

        @Override
        public void refused(String reason) {
            end(reason);
            refused.accept(reason);
        }
    }
}
