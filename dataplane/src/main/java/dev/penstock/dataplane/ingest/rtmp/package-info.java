/**
 * RTMP and RTMPS: the server that publishers come to, the relay to the pod that owns a stream, the client that
 * pulls, and the one that sends a stream on ({@link dev.penstock.dataplane.ingest.rtmp.RtmpPublication}). Start at
 * {@link dev.penstock.dataplane.ingest.rtmp.RtmpServer}; the wire is {@code RtmpWire}, the dialogue {@code ServerSession}.
 */
@NullMarked
package dev.penstock.dataplane.ingest.rtmp;

import org.jspecify.annotations.NullMarked;
