package dev.penstock.dataplane.dash;

import dev.penstock.dataplane.segment.CmafWindow;

/**
 * A stream that is offered as DASH.
 *
 * @param window its segments
 * @param lowLatency whether segments are offered while they grow, as long as they are equal
 */
public record DashOutput(CmafWindow window, boolean lowLatency) {}
