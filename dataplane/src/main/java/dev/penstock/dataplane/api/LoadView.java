package dev.penstock.dataplane.api;

/**
 * How many viewers the process has.
 *
 * @param load {@code ok}, or {@code full} when a balancer should send new viewers elsewhere
 * @param viewers of all its streams
 */
public record LoadView(String load, int viewers) {
    /** Word for a load. */
    public static String word(boolean full) {
        return full ? "full" : "ok";
    }
}
