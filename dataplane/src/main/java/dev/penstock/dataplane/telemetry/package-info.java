/**
 * Metrics registry, health, JSON logs and the keys that logs use.
 */
@NullMarked
package dev.penstock.dataplane.telemetry;

import org.jspecify.annotations.NullMarked;
