/**
 * One live stream: the single-threaded owner of its ring of chunks. Start at {@link dev.penstock.dataplane.hub.Chunk}.
 */
@NullMarked
package dev.penstock.dataplane.hub;

import org.jspecify.annotations.NullMarked;
