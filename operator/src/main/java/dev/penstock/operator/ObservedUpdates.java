package dev.penstock.operator;

import java.lang.reflect.InvocationTargetException;
import java.util.List;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Condition;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.api.v1alpha1.RenderSession;
import dev.penstock.operator.telemetry.EventRecorder;

/**
 * Shows every update of a resource to the event recorder on its way to the filter of its kind. Nothing has to be remembered for
 * that: the cache has what was there before, also what pods wrote.
 */
final class ObservedUpdates<R extends HasMetadata> implements OnUpdateFilter<R> {
    private final EventRecorder recorder;
    private final OnUpdateFilter<R> filter;

    private ObservedUpdates(EventRecorder recorder, OnUpdateFilter<R> filter) {
        this.recorder = recorder;
        this.filter = filter;
    }

    /** The filter that a reconciler's annotation names, or one that takes all, with the recorder before it. */
    @SuppressWarnings("unchecked")
    static <R extends HasMetadata> OnUpdateFilter<R> of(Reconciler<R> reconciler, EventRecorder recorder) {
        Class<?> named = reconciler.getClass().getAnnotation(ControllerConfiguration.class).informer()
                .onUpdateFilter();
        if (named.isInterface()) {
            return new ObservedUpdates<>(recorder, (_, _) -> true);
        }
        try {
            return new ObservedUpdates<>(recorder,
                    (OnUpdateFilter<R>) named.getDeclaredConstructor().newInstance());
        } catch (InstantiationException | IllegalAccessException | InvocationTargetException
                | NoSuchMethodException e) {
            throw new IllegalStateException(named + " (expected: a public class with a constructor for all)", e);
        }
    }

    @Override
    public boolean accept(R after, R before) {
        recorder.changed(after, conditions(before), conditions(after));
        return filter.accept(after, before);
    }

    private static @Nullable List<Condition> conditions(HasMetadata resource) {
        return switch (resource) {
            case LiveStream r when r.getStatus() != null -> r.getStatus().conditions();
            case Recording r when r.getStatus() != null -> r.getStatus().conditions();
            case ObjectStore r when r.getStatus() != null -> r.getStatus().conditions();
            case MediaPool r when r.getStatus() != null -> r.getStatus().conditions();
            case MediaGateway r when r.getStatus() != null -> r.getStatus().conditions();
            case RenderSession r when r.getStatus() != null -> r.getStatus().conditions();
            default -> null;
        };
    }
}
