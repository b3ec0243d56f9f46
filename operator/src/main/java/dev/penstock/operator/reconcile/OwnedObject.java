package dev.penstock.operator.reconcile;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.workflow.WorkflowReconcileResult;

import dev.penstock.api.Reasons;
import dev.penstock.operator.status.Verdict;
import dev.penstock.operator.status.Verdict.Wrong;

/**
 * An object that a primary makes and keeps as it should be, but never one of somebody else that has the same name: that is refused
 * with {@link NameTaken}, and left as it is. An object is the primary's if one of its owner references says so.
 *
 * <p>
 * For a workflow with {@code handleExceptionsInReconciler}: {@link #conflict(WorkflowReconcileResult)} makes the condition of it.
 * Nobody watches foreign objects, so the primary must be looked at again after {@link #LOOK_AGAIN_SECONDS}.
 */
public abstract class OwnedObject<R extends HasMetadata, P extends HasMetadata>
        extends
            CRUDKubernetesDependentResource<R, P> {
    /** After this time a name may be free. */
    public static final int LOOK_AGAIN_SECONDS = 30;

    /** An object of that name is there and belongs to somebody else. */
    public static final class NameTaken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NameTaken(HasMetadata there) {
            super(there.getKind() + " " + there.getMetadata().getName());
        }
    }

    /** An object of a kind. */
    protected OwnedObject(Class<R> kind) {
        super(kind);
    }

    @Override
    public R create(R desired, P primary, Context<P> context) {
        // The cache holds only what has the operator's label, and of that only what the primary owns.
        R there = context.getClient().resource(desired).get();
        if (there != null && !isOf(there, primary)) {
            throw new NameTaken(there);
        }
        return super.create(desired, primary, context);
    }

    /**
     * Which names are taken, as the verdict on what the primary asks for; empty when none is.
     *
     * @throws io.javaoperatorsdk.operator.AggregatedOperatorException if something else went wrong
     */
    public static Optional<Verdict> conflict(WorkflowReconcileResult result) {
        List<Exception> errors = List.copyOf(result.getErroredDependents().values());
        if (!errors.stream().allMatch(NameTaken.class::isInstance)) {
            result.throwAggregateExceptionIfErrorsPresent();
        }
        return errors.isEmpty()
                ? Optional.empty()
                : Optional.of(new Wrong(Reasons.NAME_CONFLICT.word(), errors.stream().map(Exception::getMessage)
                        .sorted()
                        .collect(Collectors.joining(", ", "",
                                ": belongs to somebody else (expected: the name is free; delete or rename the object)"))));
    }

    private static boolean isOf(HasMetadata object, HasMetadata primary) {
        return object.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getKind().equals(primary.getKind())
                        && owner.getName().equals(primary.getMetadata().getName()));
    }
}
