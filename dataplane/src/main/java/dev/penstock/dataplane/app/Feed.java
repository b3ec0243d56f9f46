package dev.penstock.dataplane.app;

import dev.penstock.dataplane.ingest.push.PublishPoint;
import dev.penstock.dataplane.ingest.push.PushConfig;

/** What brings media into a stream. On the stream's event loop. */
sealed interface Feed {
    /** What it was made from. */
    Object config();

    /** Ends it for good. */
    void stop();

    /** We connect to a source. */
    record Pull(PullPlan config, PullRun run) implements Feed {
        @Override
        public void stop() {
            run.stop();
        }
    }

    /** A source connects to us. */
    record Push(PushConfig config, PublishPoint point, PushStage stage) implements Feed {
        @Override
        public void stop() {
            point.stop("the stream was removed or has changed");
        }
    }
}
