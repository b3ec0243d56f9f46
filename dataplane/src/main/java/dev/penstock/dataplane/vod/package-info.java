/**
 * Stream mode: files of storages as HLS and DASH, packaged at each request without decoding. Start at
 * {@link dev.penstock.dataplane.vod.FileStreams}; what is pure is in {@code title}, reading is in {@code storage}.
 */
@NullMarked
package dev.penstock.dataplane.vod;

import org.jspecify.annotations.NullMarked;
