/**
 * Single frames: posters of live streams. Start at {@link dev.penstock.dataplane.trickplay.PosterHandler}.
 */
@NullMarked
package dev.penstock.dataplane.trickplay;

import org.jspecify.annotations.NullMarked;
