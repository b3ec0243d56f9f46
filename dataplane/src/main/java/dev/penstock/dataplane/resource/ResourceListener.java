package dev.penstock.dataplane.resource;

import java.util.List;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.v1alpha1.MediaPoolSpec;

/** Hears how the desired state changes. Called one at a time, never on an event loop; {@link ResourceSource#view()} is up to date before. */
public interface ResourceListener {
    /**
     * A resource is there or has changed.
     *
     * @param old the resource before, or null when it is new
     * @param now the resource, with defaults, all references unresolved
     */
    void applied(@Nullable HasMetadata old, HasMetadata now);

    /** A resource is gone. */
    void deleted(HasMetadata last);

    /** A resource is there, but no longer this pod's: another one goes on with it. */
    default void moved(HasMetadata last) {
        deleted(last);
    }

    /** The problems are now these, all of them. */
    void problems(List<Problem> all);

    /** A Secret was added, changed or removed: what was opened with it should be opened again. */
    default void secretChanged(String namespace, String name) {}

    /** What the pool lets its resources run and read, or who says who may publish, has changed: what was refused may be allowed now, and the reverse. */
    default void permitsChanged() {}

    /**
     * How much the pool lets each of its pods take on; told again when it changes.
     *
     * @param limits null for no limits
     */
    default void limitsChanged(MediaPoolSpec.@Nullable PoolLimits limits) {}
}
