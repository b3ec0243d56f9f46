/**
 * The process: command line, wiring, start and stop order. The only room that knows all others, and the only one that asks
 * the machine for time, chance and environment. Start at {@link dev.penstock.dataplane.app.Node}.
 */
@NullMarked
package dev.penstock.dataplane.app;

import org.jspecify.annotations.NullMarked;
