/** MPEG-TS over HTTP and HTTPS. Start at {@link dev.penstock.dataplane.ingest.http.HttpInput}. */
@NullMarked
package dev.penstock.dataplane.ingest.http;

import org.jspecify.annotations.NullMarked;
