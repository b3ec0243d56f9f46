/**
 * Clocks of MPEG systems: 90 kHz and 27 MHz ticks that wrap at 33 bits. Start at
 * {@link dev.penstock.dataplane.media.time.TsTime}.
 */
@NullMarked
package dev.penstock.dataplane.media.time;

import org.jspecify.annotations.NullMarked;
