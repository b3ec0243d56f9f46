package dev.penstock.api;

/** Who writes a field by server-side apply. */
public final class FieldManagers {
    /** Operator: objects it makes, and status but for what pods write. */
    public static final String OPERATOR = "penstock-operator";
    /** Pods: their conditions, {@code status.media}, {@code status.session}. */
    public static final String DATAPLANE = "penstock-dataplane";

    private FieldManagers() {}
}
