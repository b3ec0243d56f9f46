/**
 * Sources of streams: wire to {@link dev.penstock.dataplane.media.SampleSink}. Start at
 * {@link dev.penstock.dataplane.ingest.PullSource}.
 */
@NullMarked
package dev.penstock.dataplane.ingest;

import org.jspecify.annotations.NullMarked;
