/**
 * Makes the CRDs and the reference page from the annotated types, and holds the committed ones against them. Start at
 * {@link dev.penstock.crds.CrdGeneration}.
 */
@NullMarked
package dev.penstock.crds;

import org.jspecify.annotations.NullMarked;
