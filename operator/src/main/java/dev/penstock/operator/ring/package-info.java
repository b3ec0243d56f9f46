/**
 * Who owns which partition: claims of a pool's members on the 4,096 partitions of its ring, and the epoch that orders tables. Pure:
 * no client, clock, file or thread. Start at {@link dev.penstock.operator.ring.RingPlanner}.
 */
@NullMarked
package dev.penstock.operator.ring;

import org.jspecify.annotations.NullMarked;
