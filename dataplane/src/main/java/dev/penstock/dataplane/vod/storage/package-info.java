/** Where files are read from. Start at {@link dev.penstock.dataplane.vod.storage.Storage}. */
@NullMarked
package dev.penstock.dataplane.vod.storage;

import org.jspecify.annotations.NullMarked;
