/**
 * Moves what is spooled into an object store, and keeps the playlists there. Start at
 * {@link dev.penstock.dataplane.record.upload.Uploader}.
 */
@NullMarked
package dev.penstock.dataplane.record.upload;

import org.jspecify.annotations.NullMarked;
