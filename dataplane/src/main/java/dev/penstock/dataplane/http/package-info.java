/**
 * The one HTTP server of the data plane. Rooms write {@link dev.penstock.dataplane.http.HttpHandler}s against
 * {@link dev.penstock.dataplane.http.Exchange} and register them with a {@link dev.penstock.dataplane.http.Router};
 * {@link dev.penstock.dataplane.http.HttpServer} serves them. To follow a request, start at {@code ConnectionHandler}.
 */
@NullMarked
package dev.penstock.dataplane.http;

import org.jspecify.annotations.NullMarked;
