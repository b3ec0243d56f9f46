package dev.penstock.dataplane.app;

import java.util.List;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolSpec;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.dataplane.resource.Problem;
import dev.penstock.dataplane.resource.ResourceListener;
import dev.penstock.dataplane.resource.ResourceSource;
import dev.penstock.dataplane.resource.ResourceView;

/** Carries out what the resources say, in the order in which they are told; references heal when what they name appears. */
final class DesiredState implements ResourceListener {
    private final ResourceSource resources;
    private final LiveStreams streams;
    private final Stores stores;
    private final Recordings recordings;
    private final Problems problems;
    private final Aliases aliases;
    private final ViewerRules viewers;
    private final PlaybackAccess access;
    private final Preambles preambles;
    private final FileStorages files;

    DesiredState(ResourceSource resources, LiveStreams streams, Stores stores, Recordings recordings,
            Problems problems, Aliases aliases, ViewerRules viewers,
            PlaybackAccess access, Preambles preambles, FileStorages files) {
        this.resources = resources;
        this.streams = streams;
        this.stores = stores;
        this.recordings = recordings;
        this.problems = problems;
        this.aliases = aliases;
        this.viewers = viewers;
        this.access = access;
        this.preambles = preambles;
        this.files = files;
    }

    @Override
    public void applied(@Nullable HasMetadata old, HasMetadata now) {
        switch (now) {
            case LiveStream stream -> {
                // Before the stream is served: it must not be open for a moment.
                access.apply(stream);
                viewers.apply(stream);
                streams.apply(stream);
                preambles.apply(stream);
                aliases.apply(stream);
                recordings.reconsider(resources.view());
            }
            case ObjectStore store -> {
                stores.apply(namespace(store), name(store), store.getSpec());
                preambles.storesChanged();
                recordings.reconsider(resources.view());
            }
            case Recording recording -> recordings.apply(recording, resources.view());
            case MediaPool pool -> {
                viewers.apply(pool);
                files.apply(pool);
            }
            default -> {
                // Gateways and render sessions have no effect without Kubernetes.
            }
        }
    }

    @Override
    public void deleted(HasMetadata last) {
        switch (last) {
            case LiveStream stream -> {
                streams.remove(namespace(stream), name(stream));
                aliases.remove(namespace(stream), name(stream));
                viewers.remove(namespace(stream), name(stream));
                access.remove(namespace(stream), name(stream));
                preambles.forget(namespace(stream) + "/" + name(stream));
            }
            case ObjectStore store -> stores.remove(namespace(store), name(store));
            case Recording recording -> recordings.remove(recording);
            case MediaPool pool -> {
                viewers.remove(pool);
                files.remove(pool);
            }
            default -> {
                // Nothing was done for it.
            }
        }
    }

    @Override
    public void moved(HasMetadata last) {
        if (last instanceof Recording recording) {
            recordings.leave(recording);
        } else {
            deleted(last);
        }
    }

    @Override
    public void problems(List<Problem> all) {
        problems.judged(all);
    }

    @Override
    public void secretChanged(String namespace, String name) {
        for (ObjectStore store : resources.view().all(ObjectStore.class)) {
            if (namespace(store).equals(namespace) && store.getSpec().s3() != null
                    && store.getSpec().s3().secretRef() != null
                    && store.getSpec().s3().secretRef().name().equals(name)) {
                stores.apply(namespace, name(store), store.getSpec());
            }
        }
        access.secretChanged(namespace, name);
        streams.secretChanged(namespace, name);
        recordings.reconsider(resources.view());
    }

    @Override
    public void permitsChanged() {
        ResourceView view = resources.view();
        view.all(ObjectStore.class).forEach(store -> stores.apply(namespace(store), name(store), store.getSpec()));
        view.all(LiveStream.class).forEach(streams::apply);
        recordings.reconsider(view);
    }

    @Override
    public void limitsChanged(MediaPoolSpec.@Nullable PoolLimits limits) {
        viewers.pod(limits);
    }

    private static String namespace(HasMetadata resource) {
        return resource.getMetadata().getNamespace();
    }

    private static String name(HasMetadata resource) {
        return resource.getMetadata().getName();
    }
}
