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
     * @param messageExpression makes its message, or null
     * @throws IllegalArgumentException when it does not compile
     */
    CelRule.Compiled compile(String rule, @Nullable String messageExpression) {
        CelAbstractSyntaxTree tree = parse(rule);
        boolean transition = tree.getReferenceMap().values().stream()
                .anyMatch(reference -> reference.name().equals("oldSelf"));
        boolean plain = messageExpression == null || messageExpression.isBlank();
        return new CelRule.Compiled(program(tree, rule), transition,
                plain ? null : program(parse(messageExpression), messageExpression));
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
}
