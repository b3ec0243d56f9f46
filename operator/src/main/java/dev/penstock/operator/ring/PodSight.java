package dev.penstock.operator.ring;

/**
 * How the operator sees the pod of an ordinal.
 *
 * @param answers whether it has answered, and has not been silent for the failure window since
 * @param ready whether it said in its last answer that it serves
 * @param silent whether it has not answered for the failure window, or not been there
 * @param leaving whether it is being deleted
 */
public record PodSight(boolean answers, boolean ready, boolean silent, boolean leaving) {
    /** Nothing is known yet. */
    public static final PodSight UNKNOWN = new PodSight(false, false, false, false);
    /** Answers and serves. */
    public static final PodSight SERVING = new PodSight(true, true, false, false);
    /** Has not answered for the failure window. */
    public static final PodSight SILENT = new PodSight(false, false, true, false);
}
