/**
 * What tells people and machines how the process is: metrics registry, health checks, logs and the keys that logs use.
 * Start at {@link dev.penstock.dataplane.telemetry.Telemetry}; {@code api} serves all of it over HTTP.
 */
@NullMarked
package dev.penstock.dataplane.telemetry;

import org.jspecify.annotations.NullMarked;
