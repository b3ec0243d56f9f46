/**
 * Where objects are kept: a port with one contract, and the key grammar of recordings in {@code layout}. Start at
 * {@link dev.penstock.dataplane.store.ObjectStore}.
 */
@NullMarked
package dev.penstock.dataplane.store;

import org.jspecify.annotations.NullMarked;
