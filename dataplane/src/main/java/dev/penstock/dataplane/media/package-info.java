/**
 * Tracks, samples, timestamps and containers. Pure: bytes in, events out; no I/O, no threads, no clock. Start at\n * {@link dev.penstock.dataplane.media.SampleSink}.
 */
@NullMarked
package dev.penstock.dataplane.media;

import org.jspecify.annotations.NullMarked;
