package dev.penstock.dataplane.push;

import io.netty.channel.EventLoop;

/** Makes connections. */
public interface SenderFactory {
    /**
     * A connection that is not started.
     *
     * @param plan where to
     * @param loop the stream's event loop
     * @param events hears how it goes
     */
    Sender create(PushPlan.Send plan, EventLoop loop, Sender.Events events);
}
