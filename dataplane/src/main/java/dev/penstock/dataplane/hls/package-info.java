/**
 * HLS: playlists and segments of live streams over HTTP. Start at {@link dev.penstock.dataplane.hls.playlist.LivePlaylists}.
 */
@NullMarked
package dev.penstock.dataplane.hls;

import org.jspecify.annotations.NullMarked;
