package dev.penstock.dataplane.resource;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.api.v1alpha1.RecordingStatus.Phase;
import dev.penstock.api.v1alpha1.RecordingStatus.Session;

/**
 * The state of a recording.
 *
 * @param recording what is served
 * @param conditions what the pod has to say
 * @param phase how far it is
 * @param session the newest session, or null when there was none; carries the epoch of the ring
 */
public record RecordingReport(Recording recording, List<ReportedCondition> conditions, Phase phase,
        @Nullable Session session) {
    public RecordingReport {
        conditions = List.copyOf(conditions);
    }
}
