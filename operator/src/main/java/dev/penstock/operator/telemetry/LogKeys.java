package dev.penstock.operator.telemetry;

/** Keys of the key-values in log lines. */
public final class LogKeys {
    /** {@code namespace/name} of a resource. */
    public static final String RESOURCE = "resource";
    /** Kind of a resource. */
    public static final String KIND = "kind";
    /** {@code namespace/name} of a pool. */
    public static final String POOL = "pool";
    /** Epoch of a ring. */
    public static final String EPOCH = "epoch";
    /** Number of members of a ring. */
    public static final String MEMBERS = "members";
    /** Number of partitions that change hands. */
    public static final String MOVES = "moves";
    /** Ordinals of pods that others stand in for. */
    public static final String AWAY = "away";
    /** Name of a pod. */
    public static final String POD = "pod";
    /** Port number. */
    public static final String PORT = "port";
    /** Why something happens. */
    public static final String REASON = "reason";

    /** Identity of the operator that leads. */
    public static final String LEADER = "leader";

    private LogKeys() {}
}
