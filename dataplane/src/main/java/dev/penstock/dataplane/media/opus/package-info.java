/** Headers of Opus (RFC 6716, RFC 7845). Start at {@link dev.penstock.dataplane.media.opus.OpusHead}. */
@NullMarked
package dev.penstock.dataplane.media.opus;

import org.jspecify.annotations.NullMarked;
