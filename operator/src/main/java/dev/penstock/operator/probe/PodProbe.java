package dev.penstock.operator.probe;

import java.io.IOException;

import dev.penstock.wire.PodReport;

/** Asks one pod. Any thread. */
@FunctionalInterface
public interface PodProbe {
    /**
     * Asks a pod and waits for its answer, for about a second at most.
     *
     * @param address IP address of the pod
     * @throws IOException if it does not answer, or with something else; the message is a sentence for people
     */
    PodReport ask(String address) throws IOException, InterruptedException;
}
