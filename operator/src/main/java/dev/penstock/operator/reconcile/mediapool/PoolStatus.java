package dev.penstock.operator.reconcile.mediapool;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Condition;
import dev.penstock.api.ConditionTypes;
import dev.penstock.api.Reasons;
import dev.penstock.api.ServedFeatures;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolSpec;
import dev.penstock.api.v1alpha1.MediaPoolStatus;
import dev.penstock.api.v1alpha1.MediaPoolStatus.Ring;
import dev.penstock.api.v1alpha1.Spool;
import dev.penstock.operator.desired.PodSet;
import dev.penstock.operator.desired.PoolPlan;
import dev.penstock.operator.reconcile.ResolutionVerdicts;
import dev.penstock.operator.resolve.Resolution;
import dev.penstock.operator.ring.RingClaims;
import dev.penstock.operator.status.Phase;
import dev.penstock.operator.status.Verdict;
import dev.penstock.operator.status.Verdict.Done;
import dev.penstock.operator.status.Verdict.NotYet;
import dev.penstock.operator.status.Verdict.Wrong;
import dev.penstock.operator.status.Verdicts;
import dev.penstock.wire.RingTable;

/** What a pool's status says. Pure. */
final class PoolStatus {
    private PoolStatus() {}

    static Verdict accepted(MediaPool pool, PoolPlan plan) {
        Verdict served = Verdicts.accepted(ServedFeatures.of(pool.getSpec()));
        if (!(served instanceof Done)) {
            return served;
        }
        List<String> problems = new ArrayList<>(PodSet.problems(plan));
        memory(pool.getSpec()).ifPresent(problems::add);
        return problems.isEmpty()
                ? served
                : new Wrong(Reasons.INVALID_SPEC.word(), String.join("; ", problems));
    }

    /** What is written to memory counts to the container: a spool that reaches the limit would end it. */
    private static Optional<String> memory(MediaPoolSpec spec) {
        Quantity limit = spec.resources() == null || spec.resources().limits() == null
                ? null
                : spec.resources().limits().get("memory");
        boolean isTooLittle = spec.spool().medium() == Spool.Medium.MEMORY && limit != null
                && limit.getNumericalAmount().compareTo(Quantity.parse(spec.spool().size()).getNumericalAmount()) <= 0;
        return isTooLittle
                ? Optional.of("spec.resources.limits.memory: " + limit + " (expected: more than spec.spool.size "
                        + spec.spool().size() + ", a spool in memory counts to the container)")
                : Optional.empty();
    }

    static Verdict gateway(MediaPool pool, Predicate<String> exists) {
        if (pool.getSpec().gatewayRef() == null) {
            return new Done(Reasons.ACCEPTED.word(), "No gateway is named");
        }
        String name = pool.getSpec().gatewayRef().name();
        return ResolutionVerdicts.of(Resolution.byName("spec.gatewayRef.name", name, Optional.of(name).filter(exists),
                Reasons.GATEWAY_NOT_FOUND));
    }

    static List<Phase> phases(Verdict accepted, Verdict gateway, Verdict ready) {
        return List.of(Phase.shown(ConditionTypes.ACCEPTED, accepted), Phase.counted(gateway), Phase.counted(ready));
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

    static Optional<RingClaims> claims(MediaPool pool) {
        return Optional.ofNullable(pool.getStatus()).map(MediaPoolStatus::ring).map(r -> {
            RingTable table = RingTable.parse(r.epoch(), r.table());
            return new RingClaims(table, r.home() == null ? table : RingTable.parse(r.epoch(), r.home()));
        });
    }

    static MediaPoolStatus of(MediaPool pool, PoolPlan plan, List<Condition> conditions, Optional<StatefulSet> pods,
            @Nullable Integer streams, Optional<RingClaims> claims) {
        Optional<StatefulSetStatus> there = pods.map(StatefulSet::getStatus);
        return new MediaPoolStatus(pool.getMetadata().getGeneration(), conditions,
                there.map(StatefulSetStatus::getReplicas).orElse(0),
                there.map(StatefulSetStatus::getReadyReplicas).orElse(0), plan.selectorText(), streams,
                ring(claims));
    }

    /** A status with another ring, and all else of the operator's part as it was. */
    static MediaPoolStatus withRing(MediaPoolStatus s, Optional<RingClaims> claims) {
        return new MediaPoolStatus(s.observedGeneration(), s.conditions(), s.replicas(), s.readyReplicas(),
                s.selector(), s.streams(), ring(claims));
    }

    private static @Nullable Ring ring(Optional<RingClaims> claims) {
        return claims.map(c -> new Ring(c.table().epoch(), c.table().text(), c.table().members(),
                c.isHome() ? null : c.home().text())).orElse(null);
    }

    static boolean isSame(@Nullable MediaPoolStatus before, MediaPoolStatus now) {
        return before != null && Verdicts.own(now.conditions()).equals(Verdicts.own(before.conditions()))
                && withoutConditions(before).equals(withoutConditions(now));
    }

    private static MediaPoolStatus withoutConditions(MediaPoolStatus s) {
        return new MediaPoolStatus(s.observedGeneration(), null, s.replicas(), s.readyReplicas(), s.selector(),
                s.streams(), s.ring());
    }

    /** Done when as many pods as wanted are ready; else what is the trouble, as exactly as it is known. */
    static Verdict ready(int wanted, Optional<StatefulSet> pods, Optional<Verdict> trouble) {
        if (pods.filter(p -> p.getSpec().getReplicas() == wanted && areAllReady(p)).isPresent()) {
            return new Done(Reasons.READY.word(), wanted == 0 ? "No pods are wanted" : "All pods are ready");
        }
        int ready = pods.map(StatefulSet::getStatus).map(StatefulSetStatus::getReadyReplicas).orElse(0);
        int updated = pods.map(StatefulSet::getStatus).map(StatefulSetStatus::getUpdatedReplicas).orElse(0);
        return trouble.orElseGet(() -> new NotYet(Reasons.PODS_NOT_READY.word(), ready + " of " + wanted
                + " pods are ready, " + updated + " up to date"));
    }
}
