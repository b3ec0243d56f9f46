/**
 * Asks pods what they say of themselves, once a second, and remembers since when they do not answer. Start at
 * {@link dev.penstock.operator.probe.PodRounds}.
 */
@NullMarked
package dev.penstock.operator.probe;

import org.jspecify.annotations.NullMarked;
