/**
 * RTSP 1.0 client (RFC 2326): cameras over TCP or UDP. Start at {@link dev.penstock.dataplane.ingest.rtsp.RtspInput}; the RTP
 * itself is read in {@link dev.penstock.dataplane.media.rtp}.
 */
@NullMarked
package dev.penstock.dataplane.ingest.rtsp;

import org.jspecify.annotations.NullMarked;
