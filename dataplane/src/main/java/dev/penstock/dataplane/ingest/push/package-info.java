/**
 * Publishers: sources that connect to us. A protocol asks {@link dev.penstock.dataplane.ingest.push.PublishGate} with what the publisher
 * said of itself and gets a {@link dev.penstock.dataplane.ingest.push.Publication} to put its media into. Start reading there.
 */
@NullMarked
package dev.penstock.dataplane.ingest.push;

import org.jspecify.annotations.NullMarked;
