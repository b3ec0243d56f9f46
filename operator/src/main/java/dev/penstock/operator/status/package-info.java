/**
 * What a status says: conditions made from verdicts by the rules of kstatus, merged with those that are there. Pure. Start at
 * {@link dev.penstock.operator.status.ConditionPlanner}.
 */
@NullMarked
package dev.penstock.operator.status;

import org.jspecify.annotations.NullMarked;
