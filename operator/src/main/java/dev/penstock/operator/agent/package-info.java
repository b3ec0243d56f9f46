/**
 * The agent beside a managed HAProxy: keeps its files and its run-time maps as the operator and the pools say, and makes it reload
 * when its configuration changes. It needs no operator, and without an API server it goes on with what it knows. Start at
 * {@link dev.penstock.operator.agent.GatewayAgent}.
 */
@NullMarked
package dev.penstock.operator.agent;

import org.jspecify.annotations.NullMarked;
