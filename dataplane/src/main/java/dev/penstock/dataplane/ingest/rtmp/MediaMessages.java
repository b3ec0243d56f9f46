package dev.penstock.dataplane.ingest.rtmp;

import java.util.List;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.media.flv.FlvReader;

/** Gives audio, video, metadata and aggregate messages (RTMP 1.0, 7.1) to an FLV reader. One owner. */
final class MediaMessages {
    private static final int TAG_HEADER = 11;

    private final FlvReader reader;
    private long damaged;

    MediaMessages(FlvReader reader) {
        this.reader = reader;
    }

    long damaged() {
        return damaged + reader.damaged();
    }

    /** Takes ownership. */
    void media(int type, long timestamp, ByteBuf body) {
        switch (type) {
            case MessageType.AUDIO -> reader.audio(timestamp, body);
            case MessageType.VIDEO -> reader.video(timestamp, body);
            case MessageType.AGGREGATE -> {
                try {
                    aggregate(timestamp, body);
                } finally {
                    body.release();
                }
            }
            case MessageType.DATA -> {
                try {
                    metadata(AmfDecoder.values(body));
                } catch (RtmpFault e) {
                    // Metadata is a hint; devices send odd things here, and media is not harmed by it.
                    damaged++;
                } finally {
                    body.release();
                }
            }
            default -> body.release();
        }
    }

    /** FLV tags one after the other, each with its size behind it; their times count from the message's. */
    private void aggregate(long timestamp, ByteBuf body) {
        long first = -1;
        while (body.readableBytes() >= TAG_HEADER) {
            int type = body.readUnsignedByte();
            int size = body.readUnsignedMedium();
            long time = body.readUnsignedMedium() | (long) body.readUnsignedByte() << 24;
            body.skipBytes(3);
            if (size > body.readableBytes()) {
                damaged++;
                return;
            }
            first = first < 0 ? time : first;
            if (type == MessageType.AUDIO || type == MessageType.VIDEO || type == MessageType.DATA) {
                media(type, (timestamp + time - first) & 0xffff_ffffL,
                        body.alloc().buffer(size, size).writeBytes(body, size));
            } else {
                body.skipBytes(size);
            }
            body.skipBytes(Math.min(4, body.readableBytes()));
        }
    }

    private void metadata(List<AmfValue> values) {
        boolean named = values.stream().anyMatch(v -> v instanceof AmfValue.Text t && t.value().equals("onMetaData"));
        if (!named) {
            return;
        }
        for (AmfValue value : values) {
            if (value instanceof AmfValue.Fields) {
                reader.metadata(value.has("videocodecid") || value.has("width"),
                        value.has("audiocodecid") || value.has("audiosamplerate"));
            }
        }
    }
}
