package dev.penstock.operator.reconcile.mediapool;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Condition;
import dev.penstock.api.ConditionTypes;
import dev.penstock.api.Reasons;
import dev.penstock.api.ServedFeatures;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolStatus;
import dev.penstock.api.v1alpha1.MediaPoolStatus.Ring;
import dev.penstock.operator.desired.PoolPlan;
import dev.penstock.operator.reconcile.ResolutionVerdicts;
import dev.penstock.operator.resolve.Resolution;
import dev.penstock.operator.status.Phase;
import dev.penstock.operator.status.Verdict;
import dev.penstock.operator.status.Verdict.Done;
import dev.penstock.operator.status.Verdict.NotYet;
import dev.penstock.operator.status.Verdicts;
import dev.penstock.wire.RingTable;

/** What a pool's status says. Pure. */
final class PoolStatus {
    private PoolStatus() {}

    static Verdict accepted(MediaPool pool) {
        return Verdicts.accepted(ServedFeatures.of(pool.getSpec()));
    }

    static Verdict gateway(MediaPool pool, Predicate<String> exists) {
        if (pool.getSpec().gatewayRef() == null) {
            return new Done(Reasons.ACCEPTED.word(), "No gateway is named");
        }
        String name = pool.getSpec().gatewayRef().name();
        return ResolutionVerdicts.of(Resolution.byName("spec.gatewayRef.name", name, Optional.of(name).filter(exists),
                Reasons.GATEWAY_NOT_FOUND));
    }

    static List<Phase> phases(Verdict accepted, Verdict gateway, Optional<StatefulSet> pods) {
        return List.of(Phase.shown(ConditionTypes.ACCEPTED, accepted), Phase.counted(gateway),
                Phase.counted(ready(pods)));
    }

    /** Strict: the current generation was seen, and as many pods as wanted are of it and ready; a number that is absent is a no. */
    static boolean areAllReady(StatefulSet pods) {
        StatefulSetStatus status = pods.getStatus();
        Integer wanted = pods.getSpec().getReplicas();
        if (status == null || !Objects.equals(status.getObservedGeneration(), pods.getMetadata().getGeneration())) {
            return false;
        }
        boolean none = wanted == 0 && Objects.equals(status.getReplicas(), 0);
        return none || (wanted.equals(status.getReplicas()) && wanted.equals(status.getUpdatedReplicas())
                && wanted.equals(status.getReadyReplicas()));
    }

    static Optional<RingTable> ring(MediaPool pool) {
        return Optional.ofNullable(pool.getStatus()).map(MediaPoolStatus::ring)
                .map(r -> RingTable.parse(r.epoch(), r.table()));
    }

    static MediaPoolStatus of(MediaPool pool, PoolPlan plan, List<Condition> conditions, Optional<StatefulSet> pods,
            Optional<RingTable> ring) {
        Optional<StatefulSetStatus> there = pods.map(StatefulSet::getStatus);
        return new MediaPoolStatus(pool.getMetadata().getGeneration(), conditions,
                there.map(StatefulSetStatus::getReplicas).orElse(0),
                there.map(StatefulSetStatus::getReadyReplicas).orElse(0), plan.selectorText(), null,
                ring.map(t -> new Ring(t.epoch(), t.text(), t.members())).orElse(null));
    }

    static boolean isSame(@Nullable MediaPoolStatus before, MediaPoolStatus now) {
        return before != null && Verdicts.own(now.conditions()).equals(Verdicts.own(before.conditions()))
                && withoutConditions(before).equals(withoutConditions(now));
    }

    private static MediaPoolStatus withoutConditions(MediaPoolStatus s) {
        return new MediaPoolStatus(s.observedGeneration(), null, s.replicas(), s.readyReplicas(), s.selector(),
                s.streams(), s.ring());
    }

    private static Verdict ready(Optional<StatefulSet> pods) {
        if (pods.filter(PoolStatus::areAllReady).isPresent()) {
            return new Done(Reasons.READY.word(), "All pods are ready");
        }
        int ready = pods.map(StatefulSet::getStatus).map(StatefulSetStatus::getReadyReplicas).orElse(0);
        int wanted = pods.map(p -> p.getSpec().getReplicas()).orElse(0);
        return new NotYet(Reasons.PODS_NOT_READY.word(), ready + " of " + wanted + " pods are ready and up to date");
    }
}
