package dev.penstock.dataplane.media.nal;

import java.util.Optional;

import io.netty.buffer.ByteBuf;

/** What a video codec says about its NAL units, and the parameter sets known so far. One owner. */
public interface ParameterSets {
    /** Bytes of a NAL unit's header. */
    int headerBytes();

    /**
     * Looks at a NAL unit: parameter sets are learned.
     *
     * @return true when the unit has no place in an access unit: a parameter set, a delimiter, filler
     */
    boolean take(ByteBuf buf, int at, int end);

    /** Whether the NAL unit holds a slice. */
    boolean isSlice(ByteBuf buf, int at);

    /** Whether decoding can start at an access unit of NAL units with their lengths. */
    boolean isKey(ByteBuf unit);

    /** The configuration, when it is complete and has changed since the last call. */
    Optional<byte[]> changed();

    /** Whether a configuration was told. */
    boolean isComplete();

    /** Frames of reordering, as the parameter sets say; -1 when they do not. */
    int reorder();
}
