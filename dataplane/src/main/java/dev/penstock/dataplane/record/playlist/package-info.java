/**
 * Playlists of a session: pure functions of its segments. Start at
 * {@link dev.penstock.dataplane.record.playlist.SessionPlaylists}.
 */
@NullMarked
package dev.penstock.dataplane.record.playlist;

import org.jspecify.annotations.NullMarked;
