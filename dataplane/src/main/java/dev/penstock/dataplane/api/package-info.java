/**
 * The control API, the page, and the endpoints for probes and metrics. Start at
 * {@link dev.penstock.dataplane.api.Catalog}, the port through which it sees the process, and
 * {@link dev.penstock.dataplane.api.ControlApi}.
 */
@NullMarked
package dev.penstock.dataplane.api;

import org.jspecify.annotations.NullMarked;
