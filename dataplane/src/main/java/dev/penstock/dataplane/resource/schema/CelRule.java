package dev.penstock.dataplane.resource.schema;

import dev.cel.runtime.CelRuntime;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * A rule of {@code x-kubernetes-validations}; compiled when it first runs, for most rules never do. Thread safe: two threads may
 * compile it twice, to the same effect.
 */
final class CelRule {
    /**
     * A rule ready to run.
     *
     * @param program tells whether the rule holds
     * @param transition whether it compares with the old value, and so only runs when there is one
     * @param messageProgram makes a better message, or null
     */
    record Compiled(CelRuntime.Program program, boolean transition, CelRuntime.@Nullable Program messageProgram) {}

    private final ValidationRule rule;
    private final CelCompiler compiler;
    private volatile @Nullable Compiled compiled;

    CelRule(ValidationRule rule, CelCompiler compiler) {
        this.rule = rule;
        this.compiler = compiler;
    }

    /**
     * The rule, ready to run.
     *
     * @throws IllegalArgumentException when it does not compile
     */
    Compiled compiled() {
        Compiled ready = compiled;
        if (ready == null) {
            ready = compiler.compile(rule.getRule(), rule.getMessageExpression());
            compiled = ready;
        }
        return ready;
    }

    /** The expression as written. */
    String source() {
        return rule.getRule().strip();
    }

    /** What to say when it does not hold. */
    String message() {
        return rule.getMessage() == null || rule.getMessage().isBlank()
                ? "failed rule: " + source()
                : rule.getMessage().strip();
    }

    /** Where to point, below the value it is about; empty for the value itself. */
    String fieldPath() {
        return rule.getFieldPath() == null ? "" : rule.getFieldPath().replaceFirst("^\\.", "");
    }

    /** What sort of violation it is when it does not hold. */
    Violation.Kind kind() {
        return switch (rule.getReason()) {
            case "FieldValueRequired" -> Violation.Kind.REQUIRED;
            case "FieldValueForbidden" -> Violation.Kind.FORBIDDEN;
            case "FieldValueDuplicate" -> Violation.Kind.DUPLICATE;
            case null, default -> Violation.Kind.INVALID;
        };
    }
}
