package dev.penstock.dataplane.fanout;

/** What happens to a viewer whose next chunk has left the ring before it could be sent. */
public enum SlowViewerPolicy {
    /** It goes on at the newest key chunk: tables are repeated and the discontinuity is marked. */
    SKIP_TO_KEYFRAME,
    /** Its connection is closed. */
    DISCONNECT
}
