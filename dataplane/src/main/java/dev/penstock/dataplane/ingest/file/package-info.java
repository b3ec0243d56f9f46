/** MPEG-TS from files, paced, and FIFOs. Start at {@link dev.penstock.dataplane.ingest.file.FileInput}. */
@NullMarked
package dev.penstock.dataplane.ingest.file;

import org.jspecify.annotations.NullMarked;
