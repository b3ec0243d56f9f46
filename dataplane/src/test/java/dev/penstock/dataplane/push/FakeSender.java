package dev.penstock.dataplane.push;

import java.util.ArrayList;
import java.util.List;

import io.netty.channel.EventLoop;

import dev.penstock.dataplane.hub.Chunk;

/** A server that takes and loses connections as it is told, and notes what it gets. */
final class FakeSender implements Sender {
    final PushPlan.Send plan;
    final Events events;
    final List<String> got = new ArrayList<>();
    boolean writable = true;
    boolean started;
    boolean closed;

    private FakeSender(PushPlan.Send plan, Events events) {
        this.plan = plan;
        this.events = events;
    }

    /** Notes each connection in a list. */
    static SenderFactory factory(List<FakeSender> made) {
        return (PushPlan.Send plan, EventLoop loop, Events events) -> {
            FakeSender sender = new FakeSender(plan, events);
            made.add(sender);
            return sender;
        };
    }

    @Override
    public void start() {
        started = true;
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void begin(Chunk key, boolean skipped) {
        got.add((skipped ? "skip to " : "begin at ") + (key.key() ? "key" : "other"));
    }

    @Override
    public void send(Chunk chunk) {
        got.add("chunk " + chunk.sequence());
    }

    @Override
    public void interrupted() {
        got.add("interrupted");
    }

    @Override
    public void flush() {
        got.add("flush");
    }

    @Override
    public void close() {
        closed = true;
    }
}
