/** G.711, the usual audio of cameras. Start at {@link dev.penstock.dataplane.media.g711.G711}. */
@NullMarked
package dev.penstock.dataplane.media.g711;

import org.jspecify.annotations.NullMarked;
