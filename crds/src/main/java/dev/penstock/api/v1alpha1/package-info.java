/**
 * The resources of {@code penstock.dev/v1alpha1}, and the only place that defines them: the CRDs in {@code crds/manifests}
 * and {@code docs/reference.md} are generated from here. Start at {@link dev.penstock.api.v1alpha1.LiveStream}.
 *
 * <p>
 * Records hold what the API server hands out, so a component with a default is never null; one that may be absent is
 * {@code @Nullable}. Defaults are filled in from the schema, by the API server or by the standalone reader, never here.
 */
@NullMarked
package dev.penstock.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
