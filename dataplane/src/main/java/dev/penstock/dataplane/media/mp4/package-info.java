/**
 * MP4 and MOV files with all their samples in one index (ISO/IEC 14496-12 8.6 and 8.7): a source of bytes in, an immutable index
 * out. Start at {@link dev.penstock.dataplane.media.mp4.Mp4Reader}.
 */
@NullMarked
package dev.penstock.dataplane.media.mp4;

import org.jspecify.annotations.NullMarked;
