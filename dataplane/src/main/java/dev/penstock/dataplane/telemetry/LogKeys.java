package dev.penstock.dataplane.telemetry;

/** Keys of structured log lines. A log line is a fixed message and these keys: no values inside the message. */
public final class LogKeys {
    /** Namespace and name of a stream: {@code ns/name}. */
    public static final String STREAM = "stream";
    /** Namespace and name of a recording: {@code ns/name}. */
    public static final String RECORDING = "recording";
    /** Id of a recording session. */
    public static final String SESSION = "session";
    /** Name of a server in {@code spec.outputs.push}. */
    public static final String PUSH = "push";
    /** A source's URL without secrets. */
    public static final String SOURCE = "source";
    /** Address of a client. */
    public static final String REMOTE = "remote";
    /** Why something happened, one line, free of secrets. */
    public static final String REASON = "reason";
    /** Kind, namespace and name of a resource. */
    public static final String RESOURCE = "resource";
    /** A file on the local disk. */
    public static final String FILE = "file";
    /** Field path in a resource. */
    public static final String FIELD = "field";
    /** How long something took or will take, milliseconds. */
    public static final String MILLIS = "ms";
    /** How many. */
    public static final String COUNT = "count";

    /** Method of an HTTP request. */
    public static final String METHOD = "method";
    /** Path of an HTTP request, without query. */
    public static final String PATH = "path";
    /** Status of an HTTP answer. */
    public static final String STATUS = "status";
    /** Where a server listens. */
    public static final String ADDRESS = "address";
    /** A line that a program wrote to its standard error. */
    public static final String LINE = "line";

    private LogKeys() {}
}
