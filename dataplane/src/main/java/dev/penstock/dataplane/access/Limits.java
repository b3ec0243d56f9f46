package dev.penstock.dataplane.access;

/**
 * How many viewers are let in. Each limit at 0 is none.
 *
 * @param soft from this many on the load is full; they are still served
 * @param hard more are turned away
 * @param perAddress most from one address; of IPv6, from one network of 64 bits, which is what one household has
 */
public record Limits(int soft, int hard, int perAddress) {
    /** No limits. */
    public static final Limits NONE = new Limits(0, 0, 0);

    /** From how many viewers on the load is full: the soft limit, or else the hard one; 0 for never. */
    int fullAt() {
        return soft > 0 ? soft : hard;
    }
}
