/**
 * What a pool becomes in Kubernetes: a plan in, objects out. Pure and deterministic: the same plan gives the same bytes; Fabric8's
 * model classes only. Start at {@link dev.penstock.operator.desired.PoolPlan}.
 */
@NullMarked
package dev.penstock.operator.desired;

import org.jspecify.annotations.NullMarked;
