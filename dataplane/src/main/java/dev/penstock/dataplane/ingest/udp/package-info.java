/** MPEG-TS over UDP, with or without RTP. Start at {@link dev.penstock.dataplane.ingest.udp.UdpInput}. */
@NullMarked
package dev.penstock.dataplane.ingest.udp;

import org.jspecify.annotations.NullMarked;
