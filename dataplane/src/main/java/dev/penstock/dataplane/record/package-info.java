/**
 * Records streams into object stores: spool first, upload after, playlists of both. Start at
 * {@link dev.penstock.dataplane.record.Recorder}; {@link dev.penstock.dataplane.record.PlaybackHandler} plays what was recorded.
 */
@NullMarked
package dev.penstock.dataplane.record;

import org.jspecify.annotations.NullMarked;
