/**
 * HTTP-TS viewers of live streams: cursors on chunks that all viewers of an event loop share. Start at
 * {@link dev.penstock.dataplane.fanout.TsFanout}.
 */
@NullMarked
package dev.penstock.dataplane.fanout;

import org.jspecify.annotations.NullMarked;
