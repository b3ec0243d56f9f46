package dev.penstock.dataplane.media;

import io.netty.buffer.ByteBuf;

/**
 * An access unit with its times. Whoever is given one owns its data and releases it once.
 *
 * @param track number of its {@link Track}
 * @param dts decoding time, ticks of 90 kHz without wraps, from any origin that all tracks of the source share; never less than that
 *     of the sample before on the same track
 * @param pts presentation time, same clock; never less than {@code dts}
 * @param key whether decoding can start here; every access unit of audio is a key
 * @param data the bytes, as {@link Codec} says; as large as the access unit: not a slice that holds a larger buffer
 */
public record Sample(int track, long dts, long pts, boolean key, ByteBuf data) {}
