/**
 * The one HTTP server of the data plane. Start at {@link dev.penstock.dataplane.http.Router} and\n * {@link dev.penstock.dataplane.http.Exchange}.
 */
@NullMarked
package dev.penstock.dataplane.http;

import org.jspecify.annotations.NullMarked;
