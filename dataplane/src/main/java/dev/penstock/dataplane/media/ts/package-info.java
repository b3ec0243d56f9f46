/**
 * MPEG transport streams (ISO/IEC 13818-1): synchronisation, tables, PES headers, rewriting.
 */
@NullMarked
package dev.penstock.dataplane.media.ts;

import org.jspecify.annotations.NullMarked;
