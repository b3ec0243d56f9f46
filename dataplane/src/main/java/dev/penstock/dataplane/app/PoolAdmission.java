package dev.penstock.dataplane.app;

import java.util.List;
import java.util.Optional;

import dev.penstock.api.ServedFeatures;
import dev.penstock.api.v1alpha1.LiveStreamSpec;
import dev.penstock.api.v1alpha1.ObjectStoreSpec;
import dev.penstock.dataplane.resource.KubernetesSource;

/**
 * What may run in a pod of a pool: what is served at all, and what the pool permits. The operator refuses the same and tells the
 * user; the pod asks again, because it is the pod that would run it.
 */
record PoolAdmission(KubernetesSource resources) implements NodeSettings.Admission {
    @Override
    public Optional<String> refusal(LiveStreamSpec spec) {
        return ServedFeatures.of(spec).stream().findFirst().map(ServedFeatures.NotServed::message)
                .or(() -> resources.refusal(spec));
    }

    @Override
    public Optional<String> refusal(ObjectStoreSpec spec) {
        return resources.refusal(spec);
    }

    @Override
    public Optional<List<String>> folders() {
        return Optional.of(resources.permittedFolders());
    }
}
