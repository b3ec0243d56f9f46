/**
 * Headers of H.264 (ITU-T H.264). Start at {@link dev.penstock.dataplane.media.h264.AvcConfig} and
 * {@link dev.penstock.dataplane.media.h264.H264Sps}.
 */
@NullMarked
package dev.penstock.dataplane.media.h264;

import org.jspecify.annotations.NullMarked;
