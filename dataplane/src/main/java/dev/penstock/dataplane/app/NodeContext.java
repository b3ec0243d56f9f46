package dev.penstock.dataplane.app;

import java.time.InstantSource;

import dev.penstock.dataplane.hls.HlsViewers;
import dev.penstock.dataplane.ingest.PullContext;
import dev.penstock.dataplane.push.PushContext;
import dev.penstock.dataplane.resource.ResourceSource;

/**
 * What all streams of a process share.
 *
 * @param resources where Secrets are
 * @param meters counts
 * @param hlsViewers who plays HLS
 * @param clock wall clock
 * @param pull what all pulled sources share
 * @param admission whether a stream may run here
 * @param hooks who is asked about publishers
 * @param pushes what all servers that streams are sent on to share
 */
record NodeContext(ResourceSource resources, StreamMeters meters, HlsViewers hlsViewers, InstantSource clock,
        PullContext pull, NodeSettings.Admission admission, HookSettings hooks,
        PushContext pushes) {}
