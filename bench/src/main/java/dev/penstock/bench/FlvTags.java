package dev.penstock.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An FLV file cut into tags, to be sent in a circle.
 *
 * @param headers the sequence headers and metadata, sent once
 * @param media audio and video, in the order of the file
 * @param lengthMs after which the file starts again
 */
record FlvTags(List<Tag> headers, List<Tag> media, long lengthMs) {
    /**
     * A tag.
     *
     * @param type of the RTMP message: 8, 9 or 18
     * @param timeMs from the start of the file
     * @param key whether a player can start here
     */
    record Tag(int type, long timeMs, byte[] body, boolean key) {}

    static FlvTags read(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
        in.position(in.getInt(5) + 4);
        List<Tag> headers = new ArrayList<>();
        List<Tag> media = new ArrayList<>();
        while (in.remaining() > 11) {
            int type = in.get() & 0x1f;
            int size = unsigned24(in);
            long time = unsigned24(in) | (in.get() & 0xffL) << 24;
            in.position(in.position() + 3);
            byte[] body = new byte[size];
            in.get(body).getInt();
            boolean header = type == 18 || (body.length > 1 && body[1] == 0);
            (header ? headers : media).add(new Tag(type, time, body, type == 9 && body[0] >> 4 == 1));
        }
        long frame = 40;
        return new FlvTags(headers, media, media.getLast().timeMs() - media.getFirst().timeMs() + frame);
    }

    /** Bits per second. */
    long rate() {
        return media.stream().mapToLong(tag -> tag.body().length).sum() * 8000 / lengthMs;
    }

    private static int unsigned24(ByteBuffer in) {
        return (in.get() & 0xff) << 16 | (in.get() & 0xff) << 8 | (in.get() & 0xff);
    }
}
