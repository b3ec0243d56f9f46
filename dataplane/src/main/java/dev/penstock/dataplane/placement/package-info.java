/**
 * Whose a stream is, and the way to its owner: any pod answers any request, by relaying it to the pod that the ring's table names.
 * Start at {@link dev.penstock.dataplane.placement.Relay}.
 */
@NullMarked
package dev.penstock.dataplane.placement;

import org.jspecify.annotations.NullMarked;
