package dev.penstock.dataplane.resource.schema;

import dev.cel.runtime.CelRuntime;
import org.jspecify.annotations.Nullable;

/**
 * A compiled rule of {@code x-kubernetes-validations}.
 *
 * @param source the expression as written
 * @param program what to run
 * @param transition whether it compares with the old value, and so only runs when there is one
 * @param message what to say when it does not hold
 * @param messageProgram makes a better message, or null
 * @param fieldPath where to point, below the value it is about; empty for the value itself
 * @param kind what sort of violation
 */
record CelRule(String source, CelRuntime.Program program, boolean transition, String message,
        CelRuntime.@Nullable Program messageProgram, String fieldPath, Violation.Kind kind) {}
