/**
 * SRT by libsrt 1.5, bound with {@code java.lang.foreign}; there is no other native code here. Start at
 * {@link dev.penstock.dataplane.ingest.srt.SrtListener} (publishers) and {@link dev.penstock.dataplane.ingest.srt.SrtInput} (sources).
 *
 * <p>Threads: all sockets of the process belong to the one thread of {@link dev.penstock.dataplane.ingest.srt.SrtPoller}; libsrt has
 * threads of its own, of which its receiver calls {@link dev.penstock.dataplane.ingest.srt.SrtLibrary.Hook}.
 *
 * <p>Who frees what: the library and the one upcall stub live as long as the process, so a late callback finds its stub, and then
 * nobody to call. Memory for arguments is freed by the call that needs it, the poller's scratch lives as long as the process. A socket is
 * closed by whoever opened or accepted it, on the poller's thread.
 */
@NullMarked
package dev.penstock.dataplane.ingest.srt;

import org.jspecify.annotations.NullMarked;
