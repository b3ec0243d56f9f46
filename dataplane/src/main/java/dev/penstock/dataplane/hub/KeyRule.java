package dev.penstock.dataplane.hub;

import dev.penstock.dataplane.media.ts.PesStart;

/**
 * Which access units of the lead PID a viewer can join at: every key access unit of video; of audio, where all are, one
 * each half second. Of video without anything that looks like a key access unit, every 300th: such a stream (intra refresh)
 * builds up its picture wherever one joins.
 */
final class KeyRule {
    private static final long AUDIO_INTERVAL = 45_000;
    private static final long MASK = (1L << 33) - 1;

    private static final int MAX_WITHOUT_KEY = 300;

    private boolean keySeen;
    private int withoutKey;
    private long lastDts = -1;
    private long intervalMs = -1;

    /** Decides on an access unit of the lead PID. */
    boolean isKey(PesStart pes, boolean video) {
        if (!pes.randomAccess() && (keySeen || ++withoutKey < MAX_WITHOUT_KEY)) {
            return false;
        }
        long since = lastDts < 0 || pes.dts() < 0 ? -1 : pes.dts() - lastDts & MASK;
        if (!video && since >= 0 && since < AUDIO_INTERVAL) {
            return false;
        }
        keySeen |= pes.randomAccess();
        withoutKey = 0;
        lastDts = pes.dts();
        intervalMs = since < 0 ? -1 : since / 90;
        return true;
    }

    /** Time between the last two keys, ms; -1 while unknown. */
    long intervalMs() {
        return intervalMs;
    }

    /** Forgets the last key: what follows is not continuous. */
    void reset() {
        keySeen = false;
        withoutKey = 0;
        lastDts = -1;
        intervalMs = -1;
    }
}
