/** MPEG-TS over unix domain sockets. Start at {@link dev.penstock.dataplane.ingest.unix.UnixInput}. */
@NullMarked
package dev.penstock.dataplane.ingest.unix;

import org.jspecify.annotations.NullMarked;
