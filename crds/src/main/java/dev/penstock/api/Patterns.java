package dev.penstock.api;

/** Regular expressions of the schema, in the syntax that RE2, ECMA 262 and Java share. */
public final class Patterns {
    /** A duration such as {@code 2s}, {@code 500ms} or {@code 1h30m}; read by {@link Durations}. */
    public static final String DURATION = "^([0-9]{1,6}(\\.[0-9]{1,3})?(h|ms|m|s))+$";
    /** A size or rate such as {@code 10Gi} or {@code 2500k}; read by {@link Quantities}. */
    public static final String QUANTITY = "^[0-9]{1,12}(\\.[0-9]{1,3})?(Ki|Mi|Gi|Ti|k|M|G|T)?$";
    /** The name of an object, a DNS subdomain (RFC 1123). */
    public static final String NAME = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";
    /** A DNS label (RFC 1123). */
    public static final String LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
    /** A path inside an object store: relative, without empty, {@code .} or {@code ..} parts at its start. */
    public static final String OBJECT_PATH = "^[^/.\\s][^\\s]*$";
    /** An absolute folder or file. */
    public static final String ABSOLUTE_PATH = "^/[^\\s]*$";
    /** An http or https URL without user or password. */
    public static final String HTTP_URL = "^https?://[^/?#@\\s]+([/?#][^\\s]*)?$";
    /** A moment in UTC, RFC 3339. */
    public static final String TIME = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$";

    private Patterns() {}
}
