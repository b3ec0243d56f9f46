/**
 * The durable local spool of a recorder. Start at {@link dev.penstock.dataplane.record.spool.Spool}.
 */
@NullMarked
package dev.penstock.dataplane.record.spool;

import org.jspecify.annotations.NullMarked;
