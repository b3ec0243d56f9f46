package dev.penstock.dataplane.resource;

import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

import dev.penstock.api.FieldManagers;

/**
 * Writes status by server-side apply on the status subresource as field manager {@code penstock-dataplane}, so it never touches
 * what the operator writes. A report is a note in a queue; one virtual thread writes, so a slow API server delays only status.
 */
public final class KubernetesStatusWriter implements StatusWriter {
    private final KubernetesClient client;
    private final StatusQueue queue;
    private final Thread thread;

    /**
     * Begins to write.
     *
     * @param client stays the caller's
     * @param clock tells the time of transitions
     * @param nanoTime measures waiting
     * @param random spreads retries
     */
    public KubernetesStatusWriter(KubernetesClient client, InstantSource clock, LongSupplier nanoTime,
            RandomGenerator random) {
        this.client = client;
        this.queue = new StatusQueue(this::patch, clock, nanoTime, random);
        this.thread = Thread.ofVirtual().name("status-writer").start(this::run);
    }

    @Override
    public void report(StreamReport report) {
        queue.offer(ResourceKey.of(report.stream()), (before, now) -> StatusPatch.of(report, before, now));
    }

    @Override
    public void report(RecordingReport report) {
        queue.offer(ResourceKey.of(report.recording()), (before, now) -> StatusPatch.of(report, before, now));
    }

    @Override
    public void report(StoreReport report) {
        queue.offer(ResourceKey.of(report.store()), (before, now) -> StatusPatch.of(report));
    }

    @Override
    public void forget(ResourceKey key) {
        queue.forget(key);
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                queue.await(queue.writeOne());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void patch(HasMetadata body) {
        PatchContext apply = new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(FieldManagers.DATAPLANE).withForce(true).build();
        client.resource(body).inNamespace(body.getMetadata().getNamespace()).subresource("status").patch(apply);
    }
}
