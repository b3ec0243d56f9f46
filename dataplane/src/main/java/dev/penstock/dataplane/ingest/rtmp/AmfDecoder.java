package dev.penstock.dataplane.ingest.rtmp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;

/** Reads Action Message Format 0 (AMF 0 specification, 2.1 to 2.18). Used for one message; the message's size bounds the work. */
final class AmfDecoder {
    private static final int MOST_DEPTH = 8;
    private static final int MOST_VALUES = 2000;
    private static final int OBJECT_END = 9;

    private final ByteBuf in;
    private int values;

    private AmfDecoder(ByteBuf in) {
        this.in = in;
    }

    /**
     * All values of a message.
     *
     * @param in read to its end; stays the caller's
     * @throws RtmpFault when it is not AMF 0, or nested too deep
     */
    static List<AmfValue> values(ByteBuf in) {
        AmfDecoder decoder = new AmfDecoder(in);
        List<AmfValue> found = new ArrayList<>();
        while (in.isReadable()) {
            found.add(decoder.value(0));
        }
        return found;
    }

    private AmfValue value(int depth) {
        if (depth > MOST_DEPTH) {
            throw new RtmpFault("AMF nested deeper than " + MOST_DEPTH);
        }
        if (++values > MOST_VALUES) {
            throw new RtmpFault("more than " + MOST_VALUES + " AMF values in a message");
        }
        need(1);
        int marker = in.readUnsignedByte();
        return switch (marker) {
            case 0 -> new AmfValue.Number(number());
            case 1 -> {
                need(1);
                yield new AmfValue.Bool(in.readByte() != 0);
            }
            case 2 -> new AmfValue.Text(text(shortLength()));
            case 3 -> fields(depth);
            case 5, 6, 13 -> AmfValue.NULL;
            case 7 -> {
                shortLength();
                yield AmfValue.NULL;
            }
            case 8 -> {
                // The count is a hint; an end marker follows as for an object.
                longLength();
                yield fields(depth);
            }
            case 10 -> items(depth);
            case 11 -> {
                double ms = number();
                need(2);
                in.skipBytes(2);
                yield new AmfValue.Number(ms);
            }
            case 12, 15 -> new AmfValue.Text(text(longLength()));
            case 16 -> {
                text(shortLength());
                yield fields(depth);
            }
            default -> throw new RtmpFault("AMF marker " + marker + " (expected: a value of AMF 0)");
        };
    }

    private AmfValue fields(int depth) {
        Map<String, AmfValue> fields = new LinkedHashMap<>();
        while (true) {
            String name = text(shortLength());
            need(1);
            if (name.isEmpty() && in.getByte(in.readerIndex()) == OBJECT_END) {
                in.skipBytes(1);
                return new AmfValue.Fields(fields);
            }
            fields.put(name, value(depth + 1));
        }
    }

    private AmfValue items(int depth) {
        long count = longLength();
        List<AmfValue> items = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            items.add(value(depth + 1));
        }
        return new AmfValue.Items(items);
    }

    private double number() {
        need(8);
        return in.readDouble();
    }

    private int shortLength() {
        need(2);
        return in.readUnsignedShort();
    }

    private long longLength() {
        need(4);
        return in.readUnsignedInt();
    }

    private String text(long length) {
        need(length);
        return in.readCharSequence((int) length, StandardCharsets.UTF_8).toString();
    }

    private void need(long bytes) {
        if (in.readableBytes() < bytes) {
            throw new RtmpFault("AMF ends in the middle of a value");
        }
    }
}
