/**
 * What operator, pods and gateway agree on beyond the resources: partitions and the table of their owners. Plain Java, no
 * Kubernetes. Start at {@link dev.penstock.wire.RingTable}.
 */
@NullMarked
package dev.penstock.wire;

import org.jspecify.annotations.NullMarked;
