package dev.penstock.dataplane.resource.schema;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Compiles CEL rules in the environment that Kubernetes gives them: standard macros, strings and sets extensions, optional types,
 * comparisons across numeric types. Types are dynamic here; a CRD whose rules do not type-check is refused by the API server tests.
 */
final class CelCompiler {
    private static final CelOptions OPTIONS = CelOptions.current().enableHeterogeneousNumericComparisons(true)
            .evaluateCanonicalTypesToNativeValues(true).comprehensionMaxIterations(100_000).build();

    private final dev.cel.compiler.CelCompiler compiler = CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS).addVar("self", SimpleType.DYN)
            .addVar("oldSelf", SimpleType.DYN)
            .addLibraries(CelExtensions.strings(), CelExtensions.sets(OPTIONS), CelExtensions.optional()).build();
    private final CelRuntime runtime = CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS)
            .addLibraries(CelExtensions.strings(), CelExtensions.sets(OPTIONS), CelExtensions.optional()).build();

    /**
     * Compiles a rule.
     *
     * @throws IllegalArgumentException when it does not compile
     */
    CelRule compile(ValidationRule rule) {
        CelAbstractSyntaxTree tree = parse(rule.getRule());
        boolean transition = tree.getReferenceMap().values().stream()
                .anyMatch(reference -> reference.name().equals("oldSelf"));
        String message = rule.getMessage() == null || rule.getMessage().isBlank()
                ? "failed rule: " + rule.getRule().strip()
                : rule.getMessage().strip();
        String fieldPath = rule.getFieldPath() == null ? "" : rule.getFieldPath().replaceFirst("^\\.", "");
        return new CelRule(rule.getRule(), program(tree, rule.getRule()), transition, message, messageProgram(rule),
                fieldPath,
                kind(rule.getReason()));
    }

    private CelRuntime.@Nullable Program messageProgram(ValidationRule rule) {
        String expression = rule.getMessageExpression();
        return expression == null || expression.isBlank() ? null : program(parse(expression), expression);
    }

    private CelAbstractSyntaxTree parse(String expression) {
        try {
            return compiler.compile(expression).getAst();
        } catch (CelValidationException e) {
            throw new IllegalArgumentException("rule does not compile: " + expression + ": " + e.getMessage(), e);
        }
    }

    private CelRuntime.Program program(CelAbstractSyntaxTree tree, String expression) {
        try {
            return runtime.createProgram(tree);
        } catch (CelEvaluationException e) {
            throw new IllegalArgumentException("rule cannot run: " + expression, e);
        }
    }

    private static Violation.Kind kind(@Nullable String reason) {
        return switch (reason) {
            case "FieldValueRequired" -> Violation.Kind.REQUIRED;
            case "FieldValueForbidden" -> Violation.Kind.FORBIDDEN;
            case "FieldValueDuplicate" -> Violation.Kind.DUPLICATE;
            case null, default -> Violation.Kind.INVALID;
        };
    }
}
