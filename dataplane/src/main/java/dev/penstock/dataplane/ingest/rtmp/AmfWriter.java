package dev.penstock.dataplane.ingest.rtmp;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.netty.buffer.ByteBuf;

/** Makes Action Message Format 0. Pure. */
final class AmfWriter {
    private static final int LONGEST_TEXT = 0xffff;

    private AmfWriter() {}

    static ByteBuf write(ByteBuf out, List<AmfValue> values) {
        values.forEach(value -> write(out, value));
        return out;
    }

    private static void write(ByteBuf out, AmfValue value) {
        switch (value) {
            case AmfValue.Number number -> out.writeByte(0).writeDouble(number.value());
            case AmfValue.Bool bool -> out.writeByte(1).writeBoolean(bool.value());
            case AmfValue.Text text -> {
                byte[] bytes = text.value().getBytes(StandardCharsets.UTF_8);
                if (bytes.length > LONGEST_TEXT) {
                    out.writeByte(12).writeInt(bytes.length);
                } else {
                    out.writeByte(2).writeShort(bytes.length);
                }
                out.writeBytes(bytes);
            }
            case AmfValue.Null n -> out.writeByte(5);
            case AmfValue.Fields fields -> {
                out.writeByte(3);
                fields.values().forEach((name, field) -> {
                    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
                    out.writeShort(bytes.length).writeBytes(bytes);
                    write(out, field);
                });
                out.writeShort(0).writeByte(9);
            }
            case AmfValue.Items items -> {
                out.writeByte(10).writeInt(items.values().size());
                write(out, items.values());
            }
        }
    }
}
