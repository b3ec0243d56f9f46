/**
 * MPEG transport streams (ISO/IEC 13818-1): synchronisation, tables, PES headers, rewriting. Start at
 * {@link dev.penstock.dataplane.media.ts.TsParser}; from the wire to it: {@link dev.penstock.dataplane.media.ts.TsSynchronizer}.
 */
@NullMarked
package dev.penstock.dataplane.media.ts;

import org.jspecify.annotations.NullMarked;
