package dev.penstock.api;

import java.util.Set;

/** The types of conditions. Each has one writer, the operator or the pods; see {@link FieldManagers}. */
public final class ConditionTypes {
    /** The spec can be carried out: what it names is there and allowed. Operator. */
    public static final String ACCEPTED = "Accepted";
    /** A pod is chosen. Operator. */
    public static final String PLACED = "Placed";
    /** Accepted, placed and served; says nothing of the camera. Written at the first reconcile. Operator. */
    public static final String READY = "Ready";
    /** Work is under way (kstatus: abnormal when true). Operator. */
    public static final String RECONCILING = "Reconciling";
    /** It cannot work until somebody changes something (kstatus: abnormal when true). Operator. */
    public static final String STALLED = "Stalled";
    /** The owning pod has taken the resource on. Pod. */
    public static final String SERVED = "Served";
    /** The source is connected, or a publisher is. Pod. */
    public static final String SOURCE_CONNECTED = "SourceConnected";
    /** Media flows from the source to viewers. Pod. */
    public static final String LIVE = "Live";
    /** Viewers see the slate. Pod. */
    public static final String FALLBACK_ACTIVE = "FallbackActive";
    /** Keyframes are further apart than {@code segment.max}, so segments do not begin with one. Pod. */
    public static final String LONG_GOP = "LongGop";
    /** Completed segments wait for the store longer than they should. Pod. */
    public static final String UPLOAD_BACKLOGGED = "UploadBacklogged";
    /** A recording is complete in its store. Pod. */
    public static final String FINALIZED = "Finalized";

    /** What the operator writes. */
    public static final Set<String> OF_OPERATOR = Set.of(ACCEPTED, PLACED, READY, RECONCILING, STALLED);
    /** What pods write. */
    public static final Set<String> OF_DATAPLANE = Set.of(SERVED, SOURCE_CONNECTED, LIVE, FALLBACK_ACTIVE, LONG_GOP,
            UPLOAD_BACKLOGGED, FINALIZED);

    private ConditionTypes() {}
}
