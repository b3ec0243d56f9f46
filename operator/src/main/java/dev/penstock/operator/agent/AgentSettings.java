package dev.penstock.operator.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What an agent is told at start.
 *
 * @param namespace namespace of the gateway and its pools
 * @param configMap name of the gateway's ConfigMap
 * @param folder folder shared with HAProxy
 * @param certificate file whose change means that HAProxy must load its certificate again; empty without TLS
 * @param pause time between two looks when nothing happens
 */
public record AgentSettings(String namespace, String configMap, Path folder, Optional<Path> certificate,
        Duration pause) {}
