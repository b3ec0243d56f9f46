/**
 * Names of the objects of a recording (docs/architecture.md, objects of a recording): pure formatting and strict parsing. Start
 * at {@link dev.penstock.dataplane.store.layout.SessionPath} and {@link dev.penstock.dataplane.store.layout.SegmentName}.
 */
@NullMarked
package dev.penstock.dataplane.store.layout;

import org.jspecify.annotations.NullMarked;
