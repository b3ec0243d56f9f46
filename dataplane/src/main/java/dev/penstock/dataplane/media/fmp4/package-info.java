/**
 * Fragmented MP4 (ISO/IEC 14496-12 and 23000-19): bytes in, tracks and access units out, and the other way. Start at
 * {@link dev.penstock.dataplane.media.fmp4.Fmp4Reader} and {@link dev.penstock.dataplane.media.fmp4.FragmentWriter}.
 */
@NullMarked
package dev.penstock.dataplane.media.fmp4;

import org.jspecify.annotations.NullMarked;
