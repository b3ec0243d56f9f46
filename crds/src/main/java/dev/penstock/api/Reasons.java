package dev.penstock.api;

/** Why a condition is as it is: the words that programs may rely on. The sentence for people stands in the message. */
public enum Reasons {
    // All is well.
    /** The spec can be carried out. */
    ACCEPTED("Accepted"),
    /** A pod is chosen. */
    PLACED("Placed"),
    /** A pod serves it. */
    SERVED("Served"),
    /** All that was asked for is there. */
    READY("Ready"),
    /** Objects can be written. */
    WRITABLE("Writable"),
    // Work is under way.
    /** Something is being made or awaited. */
    PROGRESSING("Progressing"),
    /** Pods are being replaced. */
    ROLLING_OUT("RollingOut"),
    /** Another pod takes over. */
    MOVING("Moving"),
    /** Pods are not ready yet. */
    PODS_NOT_READY("PodsNotReady"),
    /** Pods do not have the partitions that the table gives them, or do not answer the operator. */
    PODS_NOT_JOINED("PodsNotJoined"),
    /** The chosen pod has not taken it on yet. */
    WAITING_FOR_POD("WaitingForPod"),
    // The user must change something.
    /** The spec contradicts itself. */
    INVALID_SPEC("InvalidSpec"),
    /** This version does not do what the spec asks for; docs/status.md lists it. */
    NOT_SERVED_YET("NotServedYet"),
    /** The pool does not permit the program or folder. */
    NOT_PERMITTED("NotPermitted"),
    /** The pool does not serve this namespace. */
    NAMESPACE_NOT_ALLOWED("NamespaceNotAllowed"),
    /** No pool with the needed mode is in the namespace. */
    NO_POOL("NoPool"),
    /** Several pools have the needed mode, and none is named. */
    SEVERAL_POOLS("SeveralPools"),
    /** The named pool lacks the needed mode. */
    WRONG_MODE("WrongMode"),
    /** The named pool does not exist. */
    POOL_NOT_FOUND("PoolNotFound"),
    /** The named gateway does not exist. */
    GATEWAY_NOT_FOUND("GatewayNotFound"),
    /** The named stream does not exist. */
    STREAM_NOT_FOUND("StreamNotFound"),
    /** The named object store does not exist. */
    STORE_NOT_FOUND("StoreNotFound"),
    /** The named object store cannot be written. */
    STORE_NOT_READY("StoreNotReady"),
    /** The named Secret does not exist. */
    SECRET_NOT_FOUND("SecretNotFound"),
    /** The named Secret lacks a key. */
    SECRET_KEY_MISSING("SecretKeyMissing"),
    /** The named Service does not exist. */
    SERVICE_NOT_FOUND("ServiceNotFound"),
    /** Another resource has the host, path or mode already. */
    HOST_CONFLICT("HostConflict"),
    /** An object of that name is there and belongs to somebody else. */
    NAME_CONFLICT("NameConflict"),
    // The cluster cannot.
    /** No pod of the pool has room. */
    NO_ROOM("NoRoom"),
    /** The pool has no pod. */
    NO_PODS("NoPods"),
    /** An image cannot be pulled. */
    IMAGE_ERROR("ImageError"),
    /** No node has room for a pod. */
    UNSCHEDULABLE("Unschedulable"),
    /** A quota of the namespace forbids it. */
    QUOTA_EXCEEDED("QuotaExceeded"),
    /** Pods cannot be made: a rule of the cluster forbids it. */
    PODS_REFUSED("PodsRefused"),
    /** A container cannot be started. */
    CONTAINER_ERROR("ContainerError"),
    /** A container ends again and again. */
    CRASHING("Crashing"),
    // The source.
    /** Connected. */
    CONNECTED("Connected"),
    /** Being connected. */
    CONNECTING("Connecting"),
    /** Media flows. */
    RECEIVING("Receiving"),
    /** Nobody publishes. */
    NO_PUBLISHER("NoPublisher"),
    /** Nobody needs it now; connected on demand. */
    IDLE("Idle"),
    /** Taken off the air by the spec. */
    OFFLINE("Offline"),
    /** The source cannot be reached. */
    UNREACHABLE("Unreachable"),
    /** The source wants another user or password. */
    UNAUTHORIZED("Unauthorized"),
    /** The source says no. */
    REFUSED("Refused"),
    /** The source is connected and sends no media. */
    NO_MEDIA("NoMedia"),
    /** What the source sends cannot be read. */
    BAD_MEDIA("BadMedia"),
    /** The slate is shown. */
    SLATE("Slate"),
    /** Keyframes are too far apart. */
    LONG_GOP("LongGop"),
    /** Keyframes are as close as they should be. */
    SHORT_GOP("ShortGop"),
    // The recording.
    /** A session is open. */
    RECORDING("Recording"),
    /** Stopped by the spec. */
    STOPPED("Stopped"),
    /** The store does not take segments as fast as they come. */
    UPLOADS_WAITING("UploadsWaiting"),
    /** The spool is full, and nothing in it may be dropped. */
    SPOOL_FULL("SpoolFull"),
    /** All completed segments are in the store. */
    UPLOADS_DONE("UploadsDone"),
    /** The recording is complete in its store. */
    FINALIZED("Finalized"),
    /** The store says no. */
    STORE_REFUSED("StoreRefused"),
    /** A probe object could not be written. */
    NOT_WRITABLE("NotWritable"),
    /** No pod has tried to write yet. */
    NOT_CHECKED("NotChecked"),
    /** Nothing refers to it, so nothing has been tried. */
    NOT_USED("NotUsed");

    private final String word;

    Reasons(String word) {
        this.word = word;
    }

    /** The word as it stands in a condition. */
    public String word() {
        return word;
    }
}
