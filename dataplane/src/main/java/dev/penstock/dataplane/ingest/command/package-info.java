/** MPEG-TS from the standard output of a program. Start at {@link dev.penstock.dataplane.ingest.command.CommandInput}. */
@NullMarked
package dev.penstock.dataplane.ingest.command;

import org.jspecify.annotations.NullMarked;
