/**
 * HLS as a source: a live playlist of MPEG-TS segments is followed (RFC 8216). Start at {@link dev.penstock.dataplane.ingest.hls.HlsInput};
 * {@link dev.penstock.dataplane.ingest.hls.PlaylistDecoder} and {@link dev.penstock.dataplane.ingest.hls.SegmentPlanner} are pure.
 */
@NullMarked
package dev.penstock.dataplane.ingest.hls;

import org.jspecify.annotations.NullMarked;
