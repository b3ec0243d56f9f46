package dev.penstock.dataplane.media.fmp4;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;

/** Writes boxes (ISO/IEC 14496-12 4.2), their sizes when their content is there. */
final class BoxWriter {
    private BoxWriter() {}

    static void box(ByteBuf out, String type, Runnable content) {
        int start = out.writerIndex();
        out.writeInt(0);
        type(out, type);
        content.run();
        out.setInt(start, out.writerIndex() - start);
    }

    static void fullBox(ByteBuf out, String type, int version, int flags, Runnable content) {
        box(out, type, () -> {
            out.writeByte(version);
            out.writeMedium(flags);
            content.run();
        });
    }

    static void type(ByteBuf out, String type) {
        out.writeCharSequence(type, StandardCharsets.ISO_8859_1);
    }
}
