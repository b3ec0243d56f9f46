package dev.penstock.wire;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What a pod says of itself: the answer to {@code GET /pod} on its admin port, as JSON. The operator asks once a second; a pod
 * that answers nothing for the pool's failure window loses its partitions.
 *
 * @param ready whether the pod serves; false while it starts and when it drains
 * @param epoch epoch of the ring table by which it serves its partitions; 0 before it has one
 * @param streams LiveStreams that it owns
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PodReport(boolean ready, long epoch, int streams) {}
