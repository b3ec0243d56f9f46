/**
 * Objects in memory, for tests and trials. Start at {@link dev.penstock.dataplane.store.memory.MemoryObjectStore}.
 */
@NullMarked
package dev.penstock.dataplane.store.memory;

import org.jspecify.annotations.NullMarked;
