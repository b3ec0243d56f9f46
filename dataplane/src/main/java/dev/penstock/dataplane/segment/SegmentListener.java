package dev.penstock.dataplane.segment;

/** Hears of finished segments, on the stream's event loop; must not block. */
public interface SegmentListener {
    /**
     * A segment is finished.
     *
     * @param segment valid during the call; retain it to keep it
     */
    void finished(Segment segment);

    /** Nobody wants the stream: let go of segments that are kept for viewers. Others follow when somebody does. */
    default void asleep() {}

    /** No segment follows: the stream was removed or stopped. The segment under way was finished before this call. */
    void ended();
}
