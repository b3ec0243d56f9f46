package dev.penstock.dataplane.app;

import java.time.InstantSource;

import io.netty.buffer.ByteBufAllocator;

import dev.penstock.dataplane.hub.Demand;
import dev.penstock.dataplane.hub.Hub;
import dev.penstock.dataplane.segment.CmafConfig;
import dev.penstock.dataplane.segment.CmafFeed;
import dev.penstock.dataplane.segment.CmafSegmenter;
import dev.penstock.dataplane.segment.LastNumbers;
import dev.penstock.dataplane.segment.LiveCmafWindow;

/**
 * The CMAF segments of one live stream, which are made only while somebody asks for them, first of what the stream's buffer holds. Made
 * and ended on the stream's event loop.
 */
final class CmafUnit {
    private final Hub hub;
    private final LiveCmafWindow window;
    private final CmafFeed feed;
    private boolean listens;

    /** @param last numbers of an earlier run */
    CmafUnit(Hub hub, CmafConfig config, InstantSource clock, LastNumbers last) {
        this.hub = hub;
        Demand demand = hub.demand().branch();
        window = new LiveCmafWindow(config, demand);
        feed = new CmafFeed(new CmafSegmenter(config, ByteBufAllocator.DEFAULT, clock.instant(), last, window),
                ByteBufAllocator.DEFAULT);
        demand.onChange(this::wanted);
    }

    /** What players are shown. Any thread. */
    LiveCmafWindow window() {
        return window;
    }

    /** The hub is closed; segments stay. */
    void end() {
        if (!listens) {
            feed.ended();
        }
    }

    private void wanted(boolean now) {
        listens = now;
        if (now) {
            window.gather(() -> hub.listen(feed, true));
        } else {
            hub.unlisten(feed);
            feed.asleep();
        }
    }
}
