package dev.penstock.dataplane.media.ts;

/**
 * The start of a PES packet (ISO/IEC 13818-1 2.4.3.7).
 *
 * @param pid its PID
 * @param pts presentation time, 90 kHz, 33 bits as received, or -1 when absent
 * @param dts decoding time, 90 kHz, 33 bits as received; equal to {@code pts} when absent
 * @param randomAccess true for a key access unit: decoding can start here. Seen from the first bytes of the payload
 *     (H.264 IDR or recovery point with SPS, H.265 IRAP, MPEG-2 sequence header), or from random_access_indicator where
 *     the payload's start does not tell. Always true for audio
 * @param keyFlag the packet's random_access_indicator as received
 */
public record PesStart(int pid, long pts, long dts, boolean randomAccess, boolean keyFlag) {}
