package dev.penstock.dataplane.media.mp4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.penstock.dataplane.media.fmp4.Box;
import dev.penstock.dataplane.media.fmp4.Fmp4Exception;

/**
 * Reads the index of a progressive MP4 or MOV file: the movie box, wherever it is, and nothing of the media. Other containers and
 * fragmented files are refused by name.
 */
public final class Mp4Reader {
    private static final int HEAD_BYTES = 16;
    private static final int MATROSKA = 0x1A45_DFA3;
    private static final int MXF = 0x060E_2B34;
    private static final int TS_PACKET = 188;

    private final ByteSource source;
    private final Mp4Limits limits;

    private Mp4Reader(ByteSource source, Mp4Limits limits) {
        this.source = source;
        this.limits = limits;
    }

    /**
     * The index of a file.
     *
     * @param source the file; of it about the movie box is read
     * @throws Fmp4Exception when it is no such file, is damaged, or asks for more than is served; the message is for people
     * @throws IOException when it cannot be read
     */
    public static Mp4Index read(ByteSource source, Mp4Limits limits) throws Fmp4Exception, IOException {
        return new Mp4Reader(source, limits).read();
    }

    private Mp4Index read() throws Fmp4Exception, IOException {
        long at = 0;
        for (int boxes = 0; boxes < limits.boxes() && source.size() - at >= 8; boxes++) {
            int length = (int) Math.min(HEAD_BYTES, source.size() - at);
            ByteBuffer head = ByteBuffer.wrap(source.read(at, length));
            long size = head.getInt() & 0xFFFF_FFFFL;
            int name = head.getInt();
            int header = 8;
            if (at == 0) {
                checkContainer((int) size, name);
            }
            if (size == 1 && length == HEAD_BYTES) {
                size = head.getLong();
                header = HEAD_BYTES;
            } else if (size == 0) {
                size = source.size() - at;
            }
            String type = Box.name(name);
            if (size < header || size > source.size() - at) {
                throw new Fmp4Exception("box " + type + " at " + at + " has " + size + " bytes, the file "
                        + source.size() + " (expected: a whole file; is it still being written?)");
            }
            switch (type) {
                case "moov" -> {
                    return movie(at + header, size - header);
                }
                case "moof" -> throw fragmented();
                default -> at += size;
            }
        }
        throw new Fmp4Exception("no movie box (expected: moov; is the file still being written?)");
    }

    private void checkContainer(int first, int second) throws Fmp4Exception, IOException {
        String found = null;
        if (first == MATROSKA) {
            found = "Matroska";
        } else if (first == MXF) {
            found = "MXF";
        } else if (first >>> 24 == 0x47
                && (source.size() <= TS_PACKET || source.read(TS_PACKET, 1)[0] == 0x47)) {
            found = "MPEG-TS";
        } else if (Box.name(second).contains("?")) {
            throw new Fmp4Exception("neither MP4 nor MOV (expected: a file that begins with a box such as ftyp)");
        }
        if (found != null) {
            throw new Fmp4Exception(found + " files: not served yet (expected: MP4 or MOV)");
        }
    }

    private static Fmp4Exception fragmented() {
        return new Fmp4Exception("fragmented MP4 files: not served yet (expected: all samples in moov; ffmpeg -i in.mp4"
                + " -c copy out.mp4)");
    }

    private Mp4Index movie(long at, long bytes) throws Fmp4Exception, IOException {
        if (bytes > limits.movieBytes()) {
            throw new Fmp4Exception("moov of " + bytes + " bytes (expected: at most " + limits.movieBytes() + ")");
        }
        Box moov = Box.of(source.read(at, (int) bytes), 0, "moov");
        if (moov.find("cmov").isPresent()) {
            throw new Fmp4Exception("a compressed movie box: not served yet (expected: a plain one)");
        }
        if (moov.find("mvex").isPresent()) {
            throw fragmented();
        }
        Box mvhd = moov.need("mvhd");
        long timescale = mvhd.u8() == 1 ? mvhd.skip(3 + 16).u32() : mvhd.skip(3 + 8).u32();
        if (timescale == 0) {
            throw new Fmp4Exception("mvhd: timescale 0 (expected: above 0)");
        }
        TrackParser parser = new TrackParser(timescale, source.size(), limits);
        List<Mp4Track> tracks = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (Optional<Box> box = moov.next(); box.isPresent(); box = moov.next()) {
            if (box.get().type().equals("trak")) {
                TrackParser.Found found = parser.parse(box.get());
                if (found.track() == null) {
                    others.add(found.entry());
                } else {
                    tracks.add(found.track());
                }
                if (tracks.size() + others.size() > limits.tracks()) {
                    throw new Fmp4Exception("more than " + limits.tracks() + " tracks");
                }
            }
        }
        if (tracks.isEmpty()) {
            throw new Fmp4Exception("no track that is served, but " + others
                    + " (expected: H.264, H.265, AV1, AAC, Opus, AC-3 or E-AC-3)");
        }
        return new Mp4Index(tracks, others);
    }
}
