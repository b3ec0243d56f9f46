/**
 * A stream that is sent on to other servers by HTTP, RTMP or SRT. What is asked for is checked by
 * {@link dev.penstock.dataplane.push.PushPlanner}; the pushes of one stream are a {@link dev.penstock.dataplane.push.PushSet}.
 */
@NullMarked
package dev.penstock.dataplane.push;

import org.jspecify.annotations.NullMarked;
