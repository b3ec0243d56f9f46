package dev.penstock.dataplane.media.rtp;

/**
 * The RTP clock of one track: timestamps without wraps, and their place on the session's clock of 90 kHz. A timestamp that jumps
 * forward by more than {@link #MAX_STEP_SECONDS}, or back by more than its B-frames do, starts anew where its packet arrives. One
 * owner.
 */
final class TrackClock {
    private static final int MAX_STEP_SECONDS = 10;
    private static final int LENIENT_MILLIS = 1000;
    /** More steps back than these in {@link #COUNTED} packets, and the parameter sets lie about B-frames. */
    private static final int MAX_BACKS = 3;
    private static final int COUNTED = 1000;
    private static final int HZ_90K = 90_000;

    private final int rate;
    private long maxBack;
    private int counted;
    private int backs;
    private boolean started;
    private boolean anchored;
    private int lastTimestamp;
    private long time;
    private long offset;
    private long latest;
    private boolean reported;
    private long reportTime;
    private long reportNtp;
    private boolean told;
    private int toldTimestamp;

    TrackClock(int rate) {
        this.rate = rate;
    }

    /** The timestamp without wraps. */
    long unwrap(int timestamp) {
        int step = started ? timestamp - lastTimestamp : 0;
        if (step > (long) MAX_STEP_SECONDS * rate || (step < -maxBack && isJump())) {
            restart();
        }
        if (++counted == COUNTED) {
            counted = 0;
            backs = 0;
        }
        time = started ? time + step : timestamp & 0xFFFF_FFFFL;
        started = true;
        lastTimestamp = timestamp;
        return time;
    }

    private boolean isJump() {
        if (++backs <= MAX_BACKS) {
            return true;
        }
        allowBack(LENIENT_MILLIS);
        return false;
    }

    /** How far timestamps may step back without a jump; never less than before. */
    void allowBack(int millis) {
        maxBack = Math.max(maxBack, (long) millis * rate / 1000);
    }

    /** Whether the track has its place on the session's clock. */
    boolean isAnchored() {
        return anchored;
    }

    /** Places a time on the session's clock; never before what was placed already. */
    void anchor(long rtpTime, long ticks) {
        long place = latest > 0 ? Math.max(ticks, latest + 1) : ticks;
        offset = place - scaled(rtpTime);
        anchored = true;
    }

    /** Ticks of 90 kHz on the session's clock. */
    long ticks(long rtpTime) {
        long ticks = scaled(rtpTime) + offset;
        latest = Math.max(latest, ticks);
        return ticks;
    }

    /** The source begins anew: another one, or another clock. */
    void restart() {
        started = false;
        anchored = false;
        reported = false;
        told = false;
    }

    /** The sender says with which timestamp the track begins. */
    void begins(int timestamp) {
        told = true;
        toldTimestamp = timestamp;
    }

    /** The first moment as told, on the session's clock; negative while nobody knows. */
    private long start() {
        int distance = toldTimestamp - lastTimestamp;
        boolean known = told && started && anchored && !reported
                && Math.abs((long) distance) <= (long) MAX_STEP_SECONDS * rate;
        return known ? Math.max(0, scaled(time + distance) + offset) : -1;
    }

    /** How far this track begins behind another one by what was told, ticks; 0 while that cannot tell, or reports have. */
    long behindStart(TrackClock other) {
        long mine = start();
        long wanted = other.start();
        return mine < 0 || wanted < 0 ? 0 : wanted - mine;
    }

    /**
     * A sender report has come (RFC 3550 6.4.1).
     *
     * @param ntp its wall clock, ticks of 90 kHz
     * @param timestamp the same moment on the RTP clock
     */
    void report(long ntp, int timestamp) {
        if (started) {
            reportTime = time + (timestamp - lastTimestamp);
            reportNtp = ntp;
            reported = true;
        }
    }

    /** How far this track runs behind another one by their sender reports, ticks; 0 while they cannot tell. */
    long behind(TrackClock other) {
        if (!reported || !anchored || !other.reported || !other.anchored) {
            return 0;
        }
        long wanted = other.scaled(other.reportTime) + other.offset + reportNtp - other.reportNtp;
        return wanted - (scaled(reportTime) + offset);
    }

    /** Moves the track on the session's clock. */
    void shift(long ticks) {
        offset += ticks;
        latest = Math.max(0, latest + ticks);
    }

    private long scaled(long rtpTime) {
        return rate == HZ_90K ? rtpTime : Math.floorDiv(rtpTime * HZ_90K, rate);
    }
}
