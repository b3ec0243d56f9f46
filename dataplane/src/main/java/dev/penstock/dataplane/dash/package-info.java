/**
 * MPEG-DASH: manifests of live streams over HTTP, and segments that are sent while they grow. Start at
 * {@link dev.penstock.dataplane.dash.LiveDash}; the text of manifests is made in
 * {@link dev.penstock.dataplane.dash.manifest}.
 */
@NullMarked
package dev.penstock.dataplane.dash;

import org.jspecify.annotations.NullMarked;
