/** A planted violation, so that the rules are seen to bite. */
@NullMarked
package dev.penstock.crds.planted.wire;

import org.jspecify.annotations.NullMarked;
