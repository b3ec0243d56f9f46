/**
 * Who may do what: keys of publishers, limits of viewers, who may play. Knows neither streams nor connections; start at
 * {@link dev.penstock.dataplane.access.StreamKeys} and {@link dev.penstock.dataplane.access.ViewerBook}.
 */
@NullMarked
package dev.penstock.dataplane.access;

import org.jspecify.annotations.NullMarked;
