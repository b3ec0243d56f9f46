package dev.penstock.dataplane.app;

import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import dev.penstock.dataplane.hls.HlsViewers;
import dev.penstock.dataplane.resource.ResourceSource;

/**
 * What all streams of a process share.
 *
 * @param resources where Secrets are
 * @param meters counts
 * @param hlsViewers who plays HLS
 * @param clock wall clock
 * @param nanos clock for durations
 * @param random for jitter; safe for use by many threads
 */
record NodeContext(ResourceSource resources, StreamMeters meters, HlsViewers hlsViewers, InstantSource clock,
        LongSupplier nanos, RandomGenerator random) {}
