/**
 * How a file is cut into segments, and what its playlists say: pure functions of its index. Start at
 * {@link dev.penstock.dataplane.vod.title.Title}.
 */
@NullMarked
package dev.penstock.dataplane.vod.title;

import org.jspecify.annotations.NullMarked;
