package dev.penstock.dataplane.resource;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Who this pod is and where it keeps what it knows.
 *
 * @param namespace namespace of the pool, whose resources are served
 * @param pool name of the MediaPool
 * @param ordinal number of this pod in the pool's StatefulSet
 * @param snapshot file for what is known, on a disk that outlives the container
 * @param startWait how long a start waits for the cluster before it goes by the snapshot
 */
public record PoolMember(String namespace, String pool, int ordinal, Path snapshot, Duration startWait) {}
