package dev.penstock.dataplane.media.fmp4;

import java.util.List;
import java.util.Set;

import io.netty.buffer.ByteBuf;

/**
 * Reads fragmented MP4 that is cut anywhere: a movie box, then movie fragments and their data, for as long as they come
 * (ISO/IEC 14496-12 8.8; CMAF, ISO/IEC 23000-19). Of several video tracks the first is taken. Bounded by {@link Fmp4Limits}. What
 * cannot be read is refused once; an access unit that is damaged is dropped and counted. One thread.
 */
public final class Fmp4Reader {
    /** Boxes that may come first. */
    private static final Set<String> FIRST = Set.of("ftyp", "styp", "moov", "free", "skip", "sidx", "emsg", "prft",
            "uuid", "wide", "pdin");
    private static final int HEADER = 8;
    private static final int LONG_HEADER = 16;

    private final Fmp4Events events;
    private final Fmp4Limits limits;
    private final SampleAssembler assembler;
    private final byte[] header = new byte[LONG_HEADER];
    private int headerBytes;
    private int headerNeeds = HEADER;
    private String type = "";
    private long boxStart;
    /** Bytes of the present box that are still to come; 0 when the next thing is a header. */
    private long left;
    private byte[] box = {};
    private int boxFilled;
    private long position;
    private boolean any;
    private boolean over;

    /** A reader that tells what it finds. */
    public Fmp4Reader(Fmp4Events events) {
        this(events, Fmp4Limits.DEFAULTS);
    }

    /** As above, with other bounds. */
    public Fmp4Reader(Fmp4Events events, Fmp4Limits limits) {
        this.events = events;
        this.limits = limits;
        this.assembler = new SampleAssembler(events, limits);
    }

    /** Access units that were dropped because they are not what they say. */
    public long damaged() {
        return assembler.damaged();
    }

    /**
     * Reads bytes.
     *
     * @param in read to its end; the caller releases it
     */
    public void feed(ByteBuf in) {
        try {
            while (!over && in.isReadable()) {
                if (left > 0) {
                    payload(in);
                } else {
                    head(in);
                }
            }
        } catch (Fmp4Exception e) {
            over = true;
            assembler.close();
            events.refused("MP4: " + e.getMessage());
        }
        in.skipBytes(in.readableBytes());
    }

    /** Nothing more comes: what is whole is told, the rest released. Harmless when repeated. */
    public void end() {
        if (!over) {
            over = true;
            assembler.flush();
        }
        assembler.close();
    }

    private void head(ByteBuf in) throws Fmp4Exception {
        int bytes = Math.min(headerNeeds - headerBytes, in.readableBytes());
        in.readBytes(header, headerBytes, bytes);
        headerBytes += bytes;
        position += bytes;
        if (headerBytes < headerNeeds) {
            return;
        }
        long size = number(0, 4);
        if (size == 1 && headerNeeds == HEADER) {
            headerNeeds = LONG_HEADER;
            return;
        }
        type = Box.name((int) number(4, 4));
        boxStart = position - headerNeeds;
        long whole = headerNeeds == LONG_HEADER ? number(HEADER, 8) : size == 0 ? Long.MAX_VALUE : size;
        left = whole - headerNeeds;
        if (left < 0) {
            throw new Fmp4Exception("box " + type + " of " + whole + " bytes");
        }
        headerBytes = 0;
        headerNeeds = HEADER;
        begin();
    }

    private void begin() throws Fmp4Exception {
        if (!any && !FIRST.contains(type)) {
            throw new Fmp4Exception("begins with " + type + " (expected: ftyp and moov)");
        }
        any = true;
        if (type.equals("moov") || type.equals("moof")) {
            if (left > limits.boxBytes()) {
                throw new Fmp4Exception(type + " of " + left + " bytes (expected: at most " + limits.boxBytes() + ")");
            }
            box = new byte[(int) left];
            boxFilled = 0;
            if (left == 0) {
                whole();
            }
        } else if (type.equals("mdat") && !assembler.hasMovie()) {
            throw new Fmp4Exception("mdat before moov (expected: moov first, and moof before each mdat)");
        }
    }

    private long number(int at, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | (header[at + i] & 0xFF);
        }
        return value;
    }

    private void payload(ByteBuf in) throws Fmp4Exception {
        int bytes = (int) Math.min(left, in.readableBytes());
        switch (type) {
            case "moov", "moof" -> {
                in.readBytes(box, boxFilled, bytes);
                boxFilled += bytes;
            }
            case "mdat" -> assembler.data(in, bytes, position);
            default -> in.skipBytes(bytes);
        }
        position += bytes;
        left -= bytes;
        if (left == 0 && (type.equals("moov") || type.equals("moof"))) {
            whole();
        }
    }

    private void whole() throws Fmp4Exception {
        byte[] bytes = box;
        box = new byte[0];
        if (type.equals("moov")) {
            List<MovieTrack> tracks = MovieParser.parse(Box.of(bytes, 0, type));
            assembler.movie(tracks);
        } else {
            assembler.fragment(Box.of(bytes, 0, type), boxStart, position);
        }
    }
}
