/**
 * What HAProxy is told: configuration text, the partition map, and commands that change the map at run time. Pure: plan in, text
 * out; the socket to a running HAProxy is somebody else's. Start at {@link dev.penstock.operator.haproxy.ConfigurationWriter}.
 */
@NullMarked
package dev.penstock.operator.haproxy;

import org.jspecify.annotations.NullMarked;
