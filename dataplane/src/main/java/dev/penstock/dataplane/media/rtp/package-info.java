/**
 * RTP (RFC 3550): packets in, access units with typed time out. Pure: no channels, threads or clocks. Start at
 * {@link dev.penstock.dataplane.media.rtp.RtpSession}.
 */
@NullMarked
package dev.penstock.dataplane.media.rtp;

import org.jspecify.annotations.NullMarked;
