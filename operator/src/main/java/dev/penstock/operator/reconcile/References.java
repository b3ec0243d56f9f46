package dev.penstock.operator.reconcile;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;

/**
 * References of one kind to another, kept alive by events: when an object appears, changes or goes, the resources that name it are
 * reconciled. No polling, and no order in which things must be applied.
 */
public final class References {
    private References() {}

    /**
     * Watches a kind that primaries refer to by name in their own namespace.
     *
     * @param kind the kind referred to
     * @param names names of that kind that a primary refers to; the empty name stands for "any"
     * @param relevant which changes of such an object matter
     */
    public static <R extends HasMetadata, P extends HasMetadata> EventSource<R, P> watch(Class<R> kind,
            Class<P> primary,
            Function<P, Set<String>> names, OnUpdateFilter<R> relevant, EventSourceContext<P> context) {
        String index = "names-" + kind.getSimpleName();
        context.getPrimaryCache().addIndexer(index, p -> names.apply(p).stream()
                .map(name -> p.getMetadata().getNamespace() + "/" + name).toList());
        InformerEventSourceConfiguration<R> configuration = InformerEventSourceConfiguration.from(kind, primary)
                .withNamespacesInheritedFromController().withOnUpdateFilter(relevant)
                .withSecondaryToPrimaryMapper(object -> {
                    String namespace = object.getMetadata().getNamespace();
                    Set<ResourceID> ids = ids(
                            context.getPrimaryCache().byIndex(index, namespace + "/" + object.getMetadata().getName()));
                    ids.addAll(ids(context.getPrimaryCache().byIndex(index, namespace + "/")));
                    return ids;
                }).build();
        return new InformerEventSource<>(configuration, context);
    }

    /**
     * Watches a kind whose objects name primaries of their own namespace.
     *
     * @param kind the kind that refers
     * @param names names of primaries that such an object refers to
     * @param relevant which changes of such an object matter
     */
    public static <R extends HasMetadata, P extends HasMetadata> EventSource<R, P> watchUsers(Class<R> kind,
            Class<P> primary, Function<R, Set<String>> names, OnUpdateFilter<R> relevant,
            EventSourceContext<P> context) {
        InformerEventSourceConfiguration<R> configuration = InformerEventSourceConfiguration.from(kind, primary)
                .withNamespacesInheritedFromController().withOnUpdateFilter(relevant)
                .withSecondaryToPrimaryMapper(object -> names.apply(object).stream()
                        .map(name -> new ResourceID(name, object.getMetadata().getNamespace()))
                        .collect(Collectors.toSet()))
                .build();
        return new InformerEventSource<>(configuration, context);
    }

    /** All objects of a watched kind in the namespace of a primary. */
    public static <R extends HasMetadata, P extends HasMetadata> List<R> all(Class<R> kind, P primary,
            Context<P> context) {
        return cache(kind, context).list(primary.getMetadata().getNamespace(), _ -> true).toList();
    }

    /** The object of a watched kind and name in the namespace of a primary. */
    public static <R extends HasMetadata, P extends HasMetadata> Optional<R> named(Class<R> kind, String name,
            P primary,
            Context<P> context) {
        return cache(kind, context).get(new ResourceID(name, primary.getMetadata().getNamespace()));
    }

    private static <R extends HasMetadata, P extends HasMetadata> InformerEventSource<R, P> cache(Class<R> kind,
            Context<P> context) {
        EventSource<R, P> source = context.eventSourceRetriever().getEventSourceFor(kind);
        if (source instanceof InformerEventSource<R, P> informer) {
            return informer;
        }
        throw new IllegalStateException(kind.getSimpleName() + " is not watched here");
    }

    private static <P extends HasMetadata> Set<ResourceID> ids(List<P> primaries) {
        return primaries.stream().map(ResourceID::fromResource).collect(Collectors.toSet());
    }
}
