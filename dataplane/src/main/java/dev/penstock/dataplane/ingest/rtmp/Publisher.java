package dev.penstock.dataplane.ingest.rtmp;

import java.util.List;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.ingest.push.Publication;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.flv.FlvEvents;
import dev.penstock.dataplane.media.flv.FlvReader;

/** Hands what a publisher sends to its stream. One owner: the stream's event loop. */
final class Publisher implements FlvEvents {
    private final Publication publication;
    private final Consumer<String> refused;
    private final MediaMessages messages;
    private final FlvReader reader = new FlvReader(this);

    /**
     * @param refused hears that the publisher uses a coding that is not served
     */
    Publisher(Publication publication, Consumer<String> refused) {
        this.publication = publication;
        this.refused = refused;
        this.messages = new MediaMessages(reader);
    }

    /** A message of audio, video or data; takes ownership. */
    void media(int type, long timestamp, ByteBuf body) {
        messages.media(type, timestamp, body);
    }

    /** Messages that were dropped because they are damaged. */
    long damaged() {
        return messages.damaged();
    }

    void close(String reason) {
        reader.end();
        publication.close(reason);
    }

    @Override
    public void tracks(List<Track> tracks) {
        publication.tracks(tracks);
    }

    @Override
    public void sample(Sample sample) {
        publication.sample(sample);
    }

    @Override
    public void discontinuity(String reason) {
        publication.discontinuity();
    }

    @Override
    public void refused(String reason) {
        refused.accept(reason);
    }
}
