package dev.penstock.operator.reconcile.recording;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

import dev.penstock.api.ConditionTypes;
import dev.penstock.api.Labels;
import dev.penstock.api.PermitCheck;
import dev.penstock.api.Reasons;
import dev.penstock.api.ServedFeatures;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.operator.reconcile.ResolutionVerdicts;
import dev.penstock.operator.resolve.PoolResolver;
import dev.penstock.operator.resolve.Resolution;
import dev.penstock.operator.status.Phase;
import dev.penstock.operator.status.Verdict;
import dev.penstock.operator.status.Verdict.Done;
import dev.penstock.operator.status.Verdict.NotYet;
import dev.penstock.operator.status.Verdict.Wrong;
import dev.penstock.operator.status.Verdicts;
import dev.penstock.wire.Partitions;

/**
 * All that follows from a recording and what it refers to. Pure.
 *
 * @param labels the operator's labels: those of its stream, so that one watch of a pod sees both
 * @param phases the way to Ready
 */
record RecordingPlan(Map<String, String> labels, List<Phase> phases) {
    static RecordingPlan of(Recording recording, Optional<LiveStream> stream, Optional<ObjectStore> store,
            List<MediaPool> pools) {
        Optional<MediaPool> pool = stream.flatMap(s -> PoolResolver.live(s.getSpec().poolRef(), pools).found());
        Verdict accepted = accepted(recording, stream, store, pools);
        Map<String, String> labels = new TreeMap<>();
        if (accepted instanceof Done) {
            String namespace = recording.getMetadata().getNamespace();
            labels.put(Labels.PARTITION,
                    String.valueOf(Partitions.of(namespace, recording.getSpec().streamRef().name())));
            pool.ifPresent(p -> labels.put(Labels.POOL, p.getMetadata().getName()));
        }
        return new RecordingPlan(labels,
                List.of(Phase.shown(ConditionTypes.ACCEPTED, accepted), Phase.counted(writable(store)),
                        Phase.counted(Verdicts.served(
                                recording.getStatus() == null ? null : recording.getStatus().conditions(),
                                recording.getMetadata().getGeneration()))));
    }

    /** Media of a recording whose store refuses is kept for a while, so it may heal; but ready it is not. */
    private static Verdict writable(Optional<ObjectStore> store) {
        return store.filter(s -> s.getStatus() != null && Boolean.FALSE.equals(s.getStatus().writable()))
                .<Verdict>map(s -> new NotYet(Reasons.STORE_NOT_READY.word(), "ObjectStore "
                        + s.getMetadata().getName() + ": "
                        + Objects.requireNonNullElse(s.getStatus().message(), "cannot be written")))
                .orElseGet(() -> new Done(Reasons.ACCEPTED.word(), "The store is not known to refuse"));
    }

    private static Verdict accepted(Recording recording, Optional<LiveStream> stream, Optional<ObjectStore> store,
            List<MediaPool> pools) {
        Verdict served = Verdicts.accepted(ServedFeatures.of(recording.getSpec()));
        if (!(served instanceof Done)) {
            return served;
        }
        List<Resolution<?>> references = List.of(
                Resolution.byName("spec.streamRef.name", recording.getSpec().streamRef().name(), stream,
                        Reasons.STREAM_NOT_FOUND),
                Resolution.byName("spec.storeRef.name", recording.getSpec().storeRef().name(), store,
                        Reasons.STORE_NOT_FOUND));
        Optional<Verdict> open = references.stream().map(ResolutionVerdicts::of).filter(v -> !(v instanceof Done))
                .findFirst();
        if (open.isPresent()) {
            return open.get();
        }
        Resolution<MediaPool> pool = PoolResolver.live(stream.orElseThrow().getSpec().poolRef(), pools);
        Optional<String> refusal = pool.found()
                .flatMap(p -> PermitCheck.store(store.orElseThrow().getSpec(), p.getSpec().permit()));
        return refusal.<Verdict>map(message -> new Wrong(Reasons.NOT_PERMITTED.word(), message))
                .orElseGet(() -> ResolutionVerdicts.of(pool));
    }
}
