/**
 * Text of HLS playlists (RFC 8216): pure functions of what they list. Start at
 * {@link dev.penstock.dataplane.hls.playlist.MediaPlaylistWriter}; {@link dev.penstock.dataplane.hls.playlist.LivePlaylists}
 * turns a live window into playlists.
 */
@NullMarked
package dev.penstock.dataplane.hls.playlist;

import org.jspecify.annotations.NullMarked;
