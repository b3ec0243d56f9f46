/**
 * Tells others by HTTP what happens to streams: CloudEvents, signed, retried for a while. Start at
 * {@link dev.penstock.dataplane.notify.Notifications}.
 */
@NullMarked
package dev.penstock.dataplane.notify;

import org.jspecify.annotations.NullMarked;
