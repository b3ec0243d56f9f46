/**
 * One live stream: {@link dev.penstock.dataplane.hub.Hub} is the single-threaded owner of its ring of
 * {@link dev.penstock.dataplane.hub.Chunk}s. An ingest fills it as a {@link dev.penstock.dataplane.media.SampleSink},
 * consumers hear of chunks as {@link dev.penstock.dataplane.hub.ChunkListener}s.
 */
@NullMarked
package dev.penstock.dataplane.hub;

import org.jspecify.annotations.NullMarked;
