package dev.penstock.operator.ring.planted;

import java.time.Instant;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;

import dev.penstock.operator.desired.PoolPlan;

/** Breaks the rules of its room, so that their test is seen to fail. */
final class Planted {
    Instant when;

    void decide(PoolPlan plan, KubernetesClient client, Context<?> context) {
        when = plan == null || client == null || context == null ? Instant.now() : Instant.EPOCH;
    }
}
