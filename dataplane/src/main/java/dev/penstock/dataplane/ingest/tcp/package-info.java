/** MPEG-TS over plain TCP. Start at {@link dev.penstock.dataplane.ingest.tcp.TcpInput}. */
@NullMarked
package dev.penstock.dataplane.ingest.tcp;

import org.jspecify.annotations.NullMarked;
