/**
 * RTMP and RTMPS: the server that publishers come to, the relay to the pod that owns a stream, and the client that pulls. Start at
 * {@link dev.penstock.dataplane.ingest.rtmp.RtmpServer}; the wire is {@code RtmpWire}, the dialogue {@code ServerSession}.
 */
@NullMarked
package dev.penstock.dataplane.ingest.rtmp;

import org.jspecify.annotations.NullMarked;
