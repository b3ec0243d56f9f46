/**
 * The control plane: makes pools, places streams, says in status what is. Start at {@link dev.penstock.operator.PenstockOperator},
 * which joins the rooms, then at a reconciler.
 */
@NullMarked
package dev.penstock.operator;

import org.jspecify.annotations.NullMarked;
