package dev.penstock.dataplane.access;

import java.util.HashMap;
import java.util.Map;

/** Viewers of one stream, or of the pod, with their limits. Guarded by the book's lock, but for what is volatile. */
final class ViewerCount {
    private final Map<String, Integer> byAddress = new HashMap<>();
    private volatile Limits limits = Limits.NONE;
    private volatile int viewers;
    private volatile boolean full;

    Limits limits() {
        return limits;
    }

    int viewers() {
        return viewers;
    }

    boolean isFull() {
        return full;
    }

    /** Whether one more would be too many. */
    boolean isShut() {
        return limits.hard() > 0 && viewers >= limits.hard();
    }

    /** Whether one more from there would be too many. */
    boolean isShutTo(String group) {
        return limits.perAddress() > 0 && byAddress.getOrDefault(group, 0) >= limits.perAddress();
    }

    /** Uses other limits; who is there stays. Whether the load has changed. */
    boolean limit(Limits now) {
        limits = now;
        return weigh();
    }

    /** Whether the load has changed. */
    boolean add(String group) {
        byAddress.merge(group, 1, Integer::sum);
        viewers = viewers + 1;
        return weigh();
    }

    /** Whether the load has changed. */
    boolean remove(String group) {
        byAddress.computeIfPresent(group, (key, count) -> count == 1 ? null : count - 1);
        viewers = viewers - 1;
        return weigh();
    }

    /** Full at the soft limit, and no longer when fewer than nine tenths of it are left: a balancer must not swing. */
    private boolean weigh() {
        int at = limits.fullAt();
        boolean before = full;
        full = at > 0 && (viewers >= at || (before && viewers * 10L >= at * 9L));
        return full != before;
    }
}
