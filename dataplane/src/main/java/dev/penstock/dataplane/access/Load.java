package dev.penstock.dataplane.access;

/** Whether more viewers are welcome. */
public enum Load {
    /** They are. */
    OK,
    /** A balancer should send them elsewhere. It is {@link #OK} again when a tenth of the soft limit has left. */
    FULL
}
