package dev.penstock.dataplane.segment;

import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCounted;

/**
 * Bytes that many threads may ask for while their owner lets go of them. Not the buffer itself: pooled buffers come back as others
 * after their release, and a late retain would hit those.
 */
final class StoredBytes extends AbstractReferenceCounted {
    private final ByteBuf content;

    /** Takes ownership of the content. */
    StoredBytes(ByteBuf content) {
        this.content = content;
    }

    @Override
    public StoredBytes retain() {
        super.retain();
        return this;
    }

    int bytes() {
        return content.readableBytes();
    }

    /** A view of the content that the caller releases; empty when its owner has let go of it. Any thread. */
    Optional<ByteBuf> acquire() {
        try {
            retain();
        } catch (IllegalReferenceCountException e) {
            return Optional.empty();
        }
        try {
            return Optional.of(content.retainedDuplicate());
        } finally {
            release();
        }
    }

    @Override
    protected void deallocate() {
        content.release();
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        content.touch(hint);
        return this;
    }
}
