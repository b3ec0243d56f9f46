/**
 * What viewers see while no source is there. Start at {@link dev.penstock.dataplane.ingest.slate.SlateSwitch}.
 */
@NullMarked
package dev.penstock.dataplane.ingest.slate;

import org.jspecify.annotations.NullMarked;
