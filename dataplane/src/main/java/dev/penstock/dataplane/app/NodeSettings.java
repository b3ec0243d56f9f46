package dev.penstock.dataplane.app;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.v1alpha1.LiveStreamSpec;
import dev.penstock.api.v1alpha1.ObjectStoreSpec;
import dev.penstock.dataplane.access.TrustedProxies;
import dev.penstock.dataplane.resource.CallerAccess;
import dev.penstock.dataplane.resource.KubernetesSource;
import dev.penstock.dataplane.resource.ResourceSource;
import dev.penstock.dataplane.resource.StatusWriter;

/**
 * What a data plane is started with.
 *
 * @param resources where resources come from; not started yet
 * @param http where viewers are served; port 0 for any free one
 * @param admin where health and metrics are served; null for the same address as viewers
 * @param publishing where publishers are taken
 * @param data folder for the spool and for file stores with a relative path; absolute
 * @param loops event loops, at least 1
 * @param writer name of this process in what it records
 * @param epoch epoch of the ring under which this process writes; 0 without a ring
 * @param status where the state of resources goes to; null for nowhere but the page
 * @param admission says what may run here
 * @param trusted whose word counts about where requests come from
 * @param pool the pool that this process is a pod of; null without Kubernetes
 */
record NodeSettings(ResourceSource resources, InetSocketAddress http, @Nullable InetSocketAddress admin,
        PublishAddresses.Chosen publishing, Path data,
        int loops, String writer, LongSupplier epoch, @Nullable StatusWriter status, Admission admission,
        TrustedProxies trusted, @Nullable Pool pool) {
    NodeSettings {
        if (loops < 1) {
            throw new IllegalArgumentException("--loops: " + loops + " (expected: at least 1)");
        }
    }

    /**
     * The pool that this process is a pod of.
     *
     * @param resources resources and ring; the same as the settings' source
     * @param name name of the pool; its pods are {@code name-0}, {@code name-1} and so on
     * @param ordinal number of this pod
     * @param peers DNS domain in which the pods have their names; empty when they cannot be found
     * @param callers does what callers of the API ask for, with their rights
     * @param drain how long streams are served after the stop has begun and been said
     */
    record Pool(KubernetesSource resources, String name, int ordinal, String peers, CallerAccess callers,
            Duration drain) {
        /** Name of this pod. */
        String pod() {
            return name + "-" + ordinal;
        }
    }

    /** Whether something may run here: a tenant must not run programs or reach files that the pool does not permit. */
    interface Admission {
        /** Everything may run: without Kubernetes, who writes the folder owns the machine. */
        Admission ALL = new Admission() {
            @Override
            public Optional<String> refusal(LiveStreamSpec spec) {
                return Optional.empty();
            }

            @Override
            public Optional<String> refusal(ObjectStoreSpec spec) {
                return Optional.empty();
            }

            @Override
            public Optional<List<String>> folders() {
                return Optional.empty();
            }
        };

        /** Why a stream may not run: field, value and what was expected; nothing when it may. */
        Optional<String> refusal(LiveStreamSpec spec);

        /** Why a store may not be used: field, value and what was expected; nothing when it may. */
        Optional<String> refusal(ObjectStoreSpec spec);

        /** Folders that files may be in, also when links are followed; nothing for anywhere. */
        Optional<List<String>> folders();
    }
}
