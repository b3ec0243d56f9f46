/**
 * Desired state: where resources come from, judged and typed, and where their state goes to.
 */
@NullMarked
package dev.penstock.dataplane.resource;

import org.jspecify.annotations.NullMarked;
