/**
 * Text of MPEG-DASH manifests (ISO/IEC 23009-1): pure functions of what a window lists. Start at
 * {@link dev.penstock.dataplane.dash.manifest.Manifest}.
 */
@NullMarked
package dev.penstock.dataplane.dash.manifest;

import org.jspecify.annotations.NullMarked;
