/** What all inputs share: the port, addresses, channels, the way from blocking threads to the event loop. Start at {@link dev.penstock.dataplane.ingest.input.Input}. */
@NullMarked
package dev.penstock.dataplane.ingest.input;

import org.jspecify.annotations.NullMarked;
