package dev.penstock.api;

/** Keys of labels, annotations and the like that Penstock puts on objects. */
public final class Labels {
    /** The API group, and the prefix of all keys here. */
    public static final String GROUP = "penstock.dev";
    /** Label of a LiveStream: its partition, 0 to 4095; an index only, the truth is computed. */
    public static final String PARTITION = GROUP + "/partition";
    /** Label of a LiveStream, and of all objects of a pool: the pool's name. */
    public static final String POOL = GROUP + "/pool";
    /** Label of all objects of a gateway: the gateway's name. */
    public static final String GATEWAY = GROUP + "/gateway";
    /** Label of a Recording made for a selector: the name of the Recording that has the selector. */
    public static final String RECORDING = GROUP + "/recording";
    /** Readiness gate of a pod: it has the partitions that the table gives it. */
    public static final String JOINED = GROUP + "/joined";
    /** Finalizer of resources that must end something outside the cluster. */
    public static final String FINALIZER = GROUP + "/finalizer";
    /** Annotation of our CustomResourceDefinitions: the version of Penstock that they come from. */
    public static final String VERSION = GROUP + "/version";

    private Labels() {}
}
