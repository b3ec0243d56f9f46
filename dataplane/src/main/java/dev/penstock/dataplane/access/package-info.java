/**
 * Who may do what: keys of publishers. Knows neither streams nor connections; start at {@link dev.penstock.dataplane.access.StreamKeys}.
 */
@NullMarked
package dev.penstock.dataplane.access;

import org.jspecify.annotations.NullMarked;
