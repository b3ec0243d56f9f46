package dev.penstock.dataplane.media.fmp4;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A box in memory (ISO/IEC 14496-12 4.2), or the part of one that is still to be read. Reading beyond its end fails. One thread.
 */
public final class Box {
    private final byte[] bytes;
    private final int end;
    private final String type;
    private int at;

    private Box(byte[] bytes, int from, int end, String type) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
        this.type = type;
    }

    /** The payload of a whole box. */
    public static Box of(byte[] bytes, int from, String type) {
        return new Box(bytes, from, bytes.length, type);
    }

    /** Name of a type, with what cannot be shown replaced. */
    public static String name(int type) {
        byte[] chars = {(byte) (type >> 24), (byte) (type >> 16), (byte) (type >> 8), (byte) type};
        for (int i = 0; i < 4; i++) {
            chars[i] = chars[i] >= 0x20 && chars[i] < 0x7F ? chars[i] : (byte) '?';
        }
        return new String(chars, StandardCharsets.US_ASCII);
    }

    /** Its type, see {@link #name}. */
    public String type() {
        return type;
    }

    /** Bytes that are still to be read. */
    public int left() {
        return end - at;
    }

    /** The next box inside; empty at the end. */
    public Optional<Box> next() throws Fmp4Exception {
        if (left() < 8) {
            return Optional.empty();
        }
        int from = at;
        long size = u32();
        String name = name((int) u32());
        if (size == 1) {
            size = u64();
        } else if (size == 0) {
            size = end - (long) from;
        }
        if (size < at - from || size > end - (long) from) {
            throw new Fmp4Exception("box " + name + " of " + size + " bytes does not fit into " + type);
        }
        Box box = new Box(bytes, at, from + (int) size, name);
        at = from + (int) size;
        return Optional.of(box);
    }

    /** The first box of a type inside, from here on; the position stays. */
    public Optional<Box> find(String wanted) throws Fmp4Exception {
        Box look = new Box(bytes, at, end, type);
        for (Optional<Box> box = look.next(); box.isPresent(); box = look.next()) {
            if (box.get().type.equals(wanted)) {
                return box;
            }
        }
        return Optional.empty();
    }

    /** As {@link #find}, of boxes that must be there. */
    public Box need(String wanted) throws Fmp4Exception {
        return find(wanted).orElseThrow(() -> new Fmp4Exception(type + " without " + wanted));
    }

    /** 8 bits, unsigned. */
    public int u8() throws Fmp4Exception {
        return bytes[take(1)] & 0xFF;
    }

    /** 16 bits, unsigned. */
    public int u16() throws Fmp4Exception {
        return u8() << 8 | u8();
    }

    /** 32 bits, signed. */
    public int s32() throws Fmp4Exception {
        return u16() << 16 | u16();
    }

    /** 32 bits, unsigned. */
    public long u32() throws Fmp4Exception {
        return s32() & 0xFFFF_FFFFL;
    }

    /** 64 bits; what does not fit is negative. */
    public long u64() throws Fmp4Exception {
        return u32() << 32 | u32();
    }

    /** Goes on behind some bytes. */
    public Box skip(int count) throws Fmp4Exception {
        take(count);
        return this;
    }

    /** All that is left. */
    public byte[] rest() {
        return Arrays.copyOfRange(bytes, at, end);
    }

    private int take(int count) throws Fmp4Exception {
        if (count < 0 || left() < count) {
            throw new Fmp4Exception("box " + type + " is too short");
        }
        int from = at;
        at += count;
        return from;
    }
}
