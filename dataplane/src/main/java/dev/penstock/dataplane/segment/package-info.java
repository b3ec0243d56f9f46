/**
 * Cuts a stream into segments at keyframes and keeps the window of the newest. Start at
 * {@link dev.penstock.dataplane.segment.Segment}.
 */
@NullMarked
package dev.penstock.dataplane.segment;

import org.jspecify.annotations.NullMarked;
