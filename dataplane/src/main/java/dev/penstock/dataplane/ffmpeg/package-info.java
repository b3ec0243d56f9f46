/** The only door to FFmpeg. Start at {@link dev.penstock.dataplane.ffmpeg.FfmpegPrograms}. */
@NullMarked
package dev.penstock.dataplane.ffmpeg;

import org.jspecify.annotations.NullMarked;
