/**
 * Where streams live: the ring as this pod sees it. Start at {@link dev.penstock.dataplane.placement.RingView}.
 */
@NullMarked
package dev.penstock.dataplane.placement;

import org.jspecify.annotations.NullMarked;
