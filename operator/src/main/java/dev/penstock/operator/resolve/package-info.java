/**
 * From what a resource names to the objects themselves, or a typed answer why not. Works on what informers have cached; asks
 * nobody. Start at {@link dev.penstock.operator.resolve.Resolution}.
 */
@NullMarked
package dev.penstock.operator.resolve;

import org.jspecify.annotations.NullMarked;
