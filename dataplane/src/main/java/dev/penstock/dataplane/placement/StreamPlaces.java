package dev.penstock.dataplane.placement;

import java.util.Optional;

/**
 * Says which pod a publisher's stream belongs to. Any thread.
 *
 * @param ring the pool's ring
 * @param names where the pods are
 */
public record StreamPlaces(RingView ring, PeerNames names) {
    /** Where a stream is. */
    public enum Where {
        /** In this pod, or it should be if there is such a stream. */
        HERE,
        /** In this pod soon: its resources are being read. */
        SOON,
        /** In another pod, see {@link #host}. */
        THERE,
        /** In no pod now, or in one that cannot be found. */
        NOWHERE
    }

    /** Where a stream is. */
    public Where where(String namespace, String name) {
        if (ring.hasStream(namespace, name)) {
            return Where.HERE;
        }
        return switch (Place.of(ring.table(), ring.ordinal(), namespace, name)) {
            case Place.Here at -> ring.isSettled() ? Where.HERE : Where.SOON;
            case Place.There at -> names.domain().isEmpty() ? Where.NOWHERE : Where.THERE;
            case Place.Nowhere at -> Where.NOWHERE;
        };
    }

    /** DNS name of the pod that has a stream; nothing when that is this one or none. */
    public Optional<String> host(String namespace, String name) {
        return Place.of(ring.table(), ring.ordinal(), namespace, name) instanceof Place.There at
                ? Optional.of(names.host(at.ordinal()))
                : Optional.empty();
    }
}
