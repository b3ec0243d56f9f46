package dev.penstock.dataplane.media.flv;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.Codec;

/**
 * What stands in front of the payload of an FLV tag: Adobe FLV 10.1 annex E.4.2 and E.4.3, Enhanced RTMP v1 and v2. One object is read
 * into again and again; after {@link #video} or {@link #audio} the buffer's readable bytes are the payload. One owner.
 */
final class TagHeader {
    /** What the payload is. */
    enum Kind {
        /** A codec's configuration record. */
        CONFIG,
        /** An access unit. */
        FRAME,
        /** Something that plays no part: an end of sequence, metadata, another track. */
        NOTHING,
        /** Not what it says. */
        DAMAGED,
        /** A coding that is not served. */
        REFUSED
    }

    private static final int SEQUENCE_START = 0;
    private static final int CODED_FRAMES = 1;
    private static final int SEQUENCE_END = 2;
    private static final int CODED_FRAMES_X = 3;
    private static final int METADATA = 4;
    private static final int MULTITRACK_AUDIO = 5;
    private static final int MULTITRACK_VIDEO = 6;
    private static final int MOD_EX = 7;
    private static final int NANO_OFFSET = 0;
    private static final int COMMAND_FRAME = 5;
    private static final int AUDIO_EX = 9;

    private Kind kind = Kind.NOTHING;
    private Codec codec = Codec.H264;
    private boolean key;
    private int offsetMs;
    private int nanos;
    private @Nullable String refusal;

    Kind kind() {
        return kind;
    }

    /** Only for {@link Kind#CONFIG} and {@link Kind#FRAME}. */
    Codec codec() {
        return codec;
    }

    boolean key() {
        return key;
    }

    /** Presentation time minus decoding time, ms; may be negative. */
    int offsetMs() {
        return offsetMs;
    }

    /** What the timestamp lacks, ns: 0 to 999,999. */
    int nanos() {
        return nanos;
    }

    /** What is not served, for {@link Kind#REFUSED}. */
    String refusal() {
        return String.valueOf(refusal);
    }

    void video(ByteBuf body) {
        start();
        if (!body.isReadable()) {
            return;
        }
        int first = body.readUnsignedByte();
        int frameType = first >> 4 & 7;
        key = frameType == 1 || frameType == 4;
        if ((first & 0x80) != 0) {
            enhancedVideo(body, frameType, first & 15);
        } else if (frameType != COMMAND_FRAME) {
            legacyVideo(body, first & 15);
        }
    }

    void audio(ByteBuf body) {
        start();
        key = true;
        if (!body.isReadable()) {
            return;
        }
        int first = body.readUnsignedByte();
        switch (first >> 4) {
            case 10 -> aac(body);
            case 2, 14 -> payload(Kind.FRAME, Codec.MPEG_AUDIO, body);
            case AUDIO_EX -> enhancedAudio(body, first & 15);
            default -> refuse("FLV audio format " + (first >> 4), "AAC, Opus, MP3 or AC-3");
        }
    }

    private void start() {
        kind = Kind.NOTHING;
        key = false;
        offsetMs = 0;
        nanos = 0;
    }

    private void legacyVideo(ByteBuf body, int id) {
        // 12 is not Adobe's: senders used it for HEVC before Enhanced RTMP.
        if (id != 7 && id != 12) {
            refuse("FLV video codec " + id, "H.264, H.265 or AV1");
            return;
        }
        if (body.readableBytes() < 4) {
            kind = Kind.DAMAGED;
            return;
        }
        int type = body.readUnsignedByte();
        offsetMs = body.readMedium();
        packet(type, id == 7 ? Codec.H264 : Codec.H265, body);
    }

    private void aac(ByteBuf body) {
        if (body.isReadable()) {
            packet(body.readUnsignedByte(), Codec.AAC, body);
        }
    }

    private void packet(int type, Codec coding, ByteBuf body) {
        switch (type) {
            case SEQUENCE_START -> payload(Kind.CONFIG, coding, body);
            case CODED_FRAMES -> payload(Kind.FRAME, coding, body);
            case SEQUENCE_END -> kind = Kind.NOTHING;
            default -> kind = Kind.DAMAGED;
        }
    }

    private void enhancedVideo(ByteBuf body, int frameType, int first) {
        int type = modEx(body, first);
        if (type < 0 || (frameType == COMMAND_FRAME && type != METADATA)) {
            return;
        }
        if (type == MULTITRACK_VIDEO) {
            type = track(body);
        }
        if (type < 0 || type == METADATA) {
            return;
        }
        String fourCc = fourCc(body);
        switch (fourCc) {
            case "avc1" -> frames(type, Codec.H264, true, body);
            case "hvc1" -> frames(type, Codec.H265, true, body);
            case "av01" -> frames(type, Codec.AV1, false, body);
            case "" -> kind = Kind.DAMAGED;
            default -> refuse("video " + fourCc, "avc1, hvc1 or av01");
        }
    }

    private void enhancedAudio(ByteBuf body, int first) {
        int type = modEx(body, first);
        if (type == MULTITRACK_AUDIO) {
            type = track(body);
        }
        // MultichannelConfig has the number of metadata in video; neither says what we need.
        if (type < 0 || type == METADATA) {
            return;
        }
        String fourCc = fourCc(body);
        switch (fourCc) {
            case "mp4a" -> frames(type, Codec.AAC, false, body);
            case "Opus" -> frames(type, Codec.OPUS, false, body);
            case ".mp3" -> frames(type, Codec.MPEG_AUDIO, false, body);
            case "ac-3" -> frames(type, Codec.AC3, false, body);
            case "" -> kind = Kind.DAMAGED;
            default -> refuse("audio " + fourCc, "mp4a, Opus, .mp3 or ac-3");
        }
    }

    private void frames(int type, Codec coding, boolean hasOffset, ByteBuf body) {
        if (type == CODED_FRAMES && hasOffset) {
            if (body.readableBytes() < 3) {
                kind = Kind.DAMAGED;
                return;
            }
            offsetMs = body.readMedium();
        }
        switch (type) {
            case SEQUENCE_START -> payload(Kind.CONFIG, coding, body);
            case CODED_FRAMES, CODED_FRAMES_X -> payload(Kind.FRAME, coding, body);
            default -> kind = Kind.NOTHING;
        }
    }

    private void payload(Kind what, Codec coding, ByteBuf body) {
        codec = coding;
        kind = body.isReadable() ? what : Kind.NOTHING;
    }

    /** Enhanced RTMP v2, ModEx: what modifies a packet comes before it. The type that follows; -1 when damaged. */
    private int modEx(ByteBuf body, int first) {
        int type = first;
        while (type == MOD_EX) {
            int size = body.isReadable() ? body.readUnsignedByte() + 1 : Integer.MAX_VALUE;
            if (size == 256) {
                size = body.readableBytes() >= 2 ? body.readUnsignedShort() + 1 : Integer.MAX_VALUE;
            }
            if (body.readableBytes() <= size) {
                kind = Kind.DAMAGED;
                return -1;
            }
            int at = body.readerIndex();
            body.skipBytes(size);
            int next = body.readUnsignedByte();
            if (next >> 4 == NANO_OFFSET && size >= 3) {
                nanos = Math.min(body.getUnsignedMedium(at), 999_999);
            }
            type = next & 15;
        }
        return type;
    }

    /** Enhanced RTMP v2, multitrack: leaves track 0 readable, behind its fourCC. The type of its packet; -1 when it has none. */
    private int track(ByteBuf body) {
        if (!body.isReadable()) {
            kind = Kind.DAMAGED;
            return -1;
        }
        int head = body.readUnsignedByte();
        boolean single = head >> 4 == 0;
        boolean ownCodecs = head >> 4 == 2;
        int shared = 0;
        if (!ownCodecs) {
            if (body.readableBytes() < 4) {
                kind = Kind.DAMAGED;
                return -1;
            }
            shared = body.readInt();
        }
        int fixed = (ownCodecs ? 4 : 0) + 1 + (single ? 0 : 3);
        while (body.readableBytes() >= fixed) {
            int fourCc = ownCodecs ? body.readInt() : shared;
            int id = body.readUnsignedByte();
            int size = single ? body.readableBytes() : body.readUnsignedMedium();
            if (size > body.readableBytes()) {
                kind = Kind.DAMAGED;
                return -1;
            }
            if (id == 0) {
                // The bytes in front of the payload were read, so there is room to put the fourCC back.
                body.writerIndex(body.readerIndex() + size).readerIndex(body.readerIndex() - 4)
                        .setInt(body.readerIndex(), fourCc);
                return head & 15;
            }
            body.skipBytes(size);
        }
        return -1;
    }

    private static String fourCc(ByteBuf body) {
        if (body.readableBytes() < 4) {
            return "";
        }
        String text = body.readCharSequence(4, StandardCharsets.ISO_8859_1).toString();
        return text.chars().allMatch(c -> c >= ' ' && c <= '~') ? text : "?";
    }

    private void refuse(String what, String expected) {
        kind = Kind.REFUSED;
        refusal = what + " is not served (expected: " + expected + ")";
    }
}
