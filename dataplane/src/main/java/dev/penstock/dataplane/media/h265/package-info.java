/**
 * Headers of H.265 (ITU-T H.265). Start at {@link dev.penstock.dataplane.media.h265.HevcConfig} and
 * {@link dev.penstock.dataplane.media.h265.H265Sps}.
 */
@NullMarked
package dev.penstock.dataplane.media.h265;

import org.jspecify.annotations.NullMarked;
