package dev.penstock.dataplane.media.fmp4;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/** Boxes as text: a line each, those inside indented, content in hexadecimal digits. */
public final class BoxDump {
    /** Boxes that hold boxes, and how many bytes stand before those. */
    private static final Map<String, Integer> CONTAINERS = Map.ofEntries(Map.entry("moov", 0), Map.entry("trak", 0),
            Map.entry("mdia", 0), Map.entry("minf", 0), Map.entry("dinf", 0), Map.entry("stbl", 0),
            Map.entry("mvex", 0), Map.entry("moof", 0), Map.entry("traf", 0), Map.entry("dref", 8),
            Map.entry("stsd", 8), Map.entry("avc1", 78), Map.entry("hvc1", 78), Map.entry("mp4a", 28),
            Map.entry("Opus", 28), Map.entry("ac-3", 28));

    private BoxDump() {}

    public static void dump(byte[] bytes, StringBuilder out) {
        dump(ByteBuffer.wrap(bytes), "", out);
    }

    private static void dump(ByteBuffer in, String indent, StringBuilder out) {
        while (in.hasRemaining()) {
            int size = in.getInt();
            byte[] type = new byte[4];
            in.get(type);
            String name = new String(type, StandardCharsets.ISO_8859_1);
            ByteBuffer content = in.slice(in.position(), size - 8);
            in.position(in.position() + size - 8);
            Integer header = CONTAINERS.get(name);
            byte[] plain = new byte[header == null ? content.remaining() : header];
            content.get(plain);
            out.append(indent).append(name).append(' ').append(size);
            out.append(plain.length > 0 ? " " + HexFormat.of().formatHex(plain) : "").append('\n');
            if (header != null) {
                dump(content, indent + "  ", out);
            }
        }
    }
}
