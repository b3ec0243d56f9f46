/**
 * What every Penstock resource shares: references, conditions and their words, label keys, and the text forms of durations
 * and sizes. Start at {@link dev.penstock.api.Condition}.
 */
@NullMarked
package dev.penstock.api;

import org.jspecify.annotations.NullMarked;
