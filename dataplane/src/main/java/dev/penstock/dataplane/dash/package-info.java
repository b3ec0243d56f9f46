/**
 * MPEG-DASH: segments of live streams that are sent while they grow. Start at
 * {@link dev.penstock.dataplane.dash.GrowingSegments}.
 */
@NullMarked
package dev.penstock.dataplane.dash;

import org.jspecify.annotations.NullMarked;
