package dev.penstock.dataplane.app;

import java.util.function.Consumer;

import dev.penstock.dataplane.hub.Demand;
import dev.penstock.dataplane.ingest.PullSource;

/** Connects a source for as long as its stream is wanted, or for ever. Owned by the stream's event loop. */
final class PullRun {
    private final PullPlan plan;
    private final PullSource source;
    private final StreamUnit unit;
    private final SourceState state;
    private final Consumer<Boolean> wanted = this::wanted;

    PullRun(PullPlan plan, PullSource source, StreamUnit unit, SourceState state) {
        this.plan = plan;
        this.source = source;
        this.unit = unit;
        this.state = state;
    }

    void start() {
        if (!plan.onDemand()) {
            unit.slates().wake();
            source.start();
            return;
        }
        state.idle();
        Demand demand = unit.demand();
        if (plan.prewarm()) {
            demand.touch();
        }
        demand.onChange(plan.linger(), wanted);
    }

    void stop() {
        unit.demand().forget(wanted);
        source.stop();
    }

    private void wanted(boolean now) {
        if (now) {
            unit.slates().wake();
            source.start();
        } else {
            unit.slates().rest();
            source.stop();
            state.idle();
            // Who comes next must not be shown what is long over.
            unit.clear();
        }
    }
}
