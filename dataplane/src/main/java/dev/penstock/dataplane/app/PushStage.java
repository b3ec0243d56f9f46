package dev.penstock.dataplane.app;

import dev.penstock.dataplane.ingest.push.PublishPoint;
import dev.penstock.dataplane.media.SampleSink;

/** Lets publishers play on the unit that a stream has now. Owned by the stream's event loop. */
final class PushStage implements PublishPoint.Stage {
    private UnitSlot slot;

    PushStage(UnitSlot slot) {
        this.slot = slot;
    }

    /** The stream has another slot. */
    void use(UnitSlot other) {
        slot = other;
    }

    @Override
    public SampleSink sink() {
        return slot.unit().slates();
    }

    @Override
    public void ended() {
        slot.renew();
    }
}
