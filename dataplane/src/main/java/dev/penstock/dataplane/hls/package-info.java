/**
 * HLS: playlists and segments of live streams over HTTP. Start at {@link dev.penstock.dataplane.hls.LiveHls}; the text of
 * playlists is made in {@link dev.penstock.dataplane.hls.playlist}.
 */
@NullMarked
package dev.penstock.dataplane.hls;

import org.jspecify.annotations.NullMarked;
