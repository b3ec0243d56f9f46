package dev.penstock.dataplane.media.g711;

/** The two laws of ITU-T G.711: a byte becomes a sample. */
public enum G711 {
    /** The law of Europe, PCMA. */
    A_LAW,
    /** The law of North America and Japan, PCMU. */
    MU_LAW;

    private static final float FULL_SCALE = 32_768f;

    private final float[] samples = new float[256];

    G711() {
        for (int code = 0; code < samples.length; code++) {
            samples[code] = (ordinal() == 0 ? aLaw(code) : muLaw(code)) / FULL_SCALE;
        }
    }

    /** The sample of a byte, -1 to 1. */
    public float sample(byte code) {
        return samples[code & 0xFF];
    }

    /** G.711 table 1: even bits are inverted, the sign bit is set for positive values. */
    private static int aLaw(int code) {
        int bits = code ^ 0x55;
        int segment = bits >> 4 & 0x07;
        int step = (bits & 0x0F) << 4;
        int size = segment == 0 ? step + 8 : (step + 0x108) << (segment - 1);
        return (bits & 0x80) != 0 ? size : -size;
    }

    /** G.711 table 2: all bits are inverted, the sign bit is set for negative values. */
    private static int muLaw(int code) {
        int bits = ~code & 0xFF;
        int size = ((((bits & 0x0F) << 3) + 0x84) << (bits >> 4 & 0x07)) - 0x84;
        return (bits & 0x80) != 0 ? -size : size;
    }
}
