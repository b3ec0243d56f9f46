package dev.penstock.dataplane.access;

/** What a viewer is told who wants to be let in. */
public sealed interface Admission {
    /** Come in. Whoever holds a seat gives it back once; further times have no effect. Any thread. */
    non-sealed interface Seat extends Admission, AutoCloseable {
        @Override
        void close();
    }

    /** Come in; there is no seat to give back. */
    record Welcome() implements Admission {}

    /**
     * A limit is reached.
     *
     * @param limit which one
     * @param message a sentence for the viewer
     */
    record TurnedAway(Limit limit, String message) implements Admission {}

    /** What can be reached. */
    enum Limit {
        /** Viewers of the stream. */
        STREAM,
        /** Viewers of the pod. */
        POD,
        /** Viewers of the stream from one address. */
        STREAM_ADDRESS,
        /** Viewers of the pod from one address. */
        POD_ADDRESS,
        /** Players that are told apart at all. */
        MEMORY
    }
}
