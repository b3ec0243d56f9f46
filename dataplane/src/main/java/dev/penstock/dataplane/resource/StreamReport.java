package dev.penstock.dataplane.resource;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamStatus.Media;
import dev.penstock.api.v1alpha1.LiveStreamStatus.Outputs;

/**
 * The state of a stream.
 *
 * @param stream what is served
 * @param conditions what the pod has to say
 * @param media the media; carries the epoch of the ring by which this pod owns the stream
 * @param outputs what is sent on; null when nothing is asked for
 */
public record StreamReport(LiveStream stream, List<ReportedCondition> conditions, Media media,
        @Nullable Outputs outputs) {
    public StreamReport {
        conditions = List.copyOf(conditions);
    }
}
