package dev.penstock.dataplane.ingest.push;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.http.BodyFlow;
import dev.penstock.dataplane.http.BodySink;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;

/**
 * One request whose body is a stream, for as long as it lasts. Owned by the connection's event loop; bytes are handed to the stream's.
 */
final class StreamUpload implements BodySink {
    private final Exchange exchange;
    private final int mostInFlight;
    private final AtomicLong inFlight = new AtomicLong();
    private @Nullable Publication publication;
    private @Nullable PublishedBytes bytes;
    private @Nullable BodyFlow flow;
    private boolean over;
    private volatile boolean paused;

    /** @param mostInFlight bytes on the way to the stream's event loop; beyond, the socket is not read */
    StreamUpload(Exchange exchange, int mostInFlight) {
        this.exchange = exchange;
        this.mostInFlight = mostInFlight;
    }

    /** Asks whether it may; goes on with the answer. */
    void ask(PublishGate gate, PublishRequest request) {
        exchange.onClose(() -> end("the connection was closed"));
        gate.admit(request, verdict -> {
            if (!post(exchange.eventLoop(), () -> decided(request, verdict))
                    && verdict instanceof PublishVerdict.Accepted accepted) {
                post(accepted.publication().loop(), () -> accepted.publication().close("stopping"));
            }
        });
    }

    private void decided(PublishRequest request, PublishVerdict verdict) {
        if (!(verdict instanceof PublishVerdict.Accepted accepted)) {
            if (!over) {
                over = true;
                exchange.fail(HttpPush.error(verdict, request));
            }
            return;
        }
        Publication admitted = accepted.publication();
        if (over) {
            post(admitted.loop(), () -> admitted.close("the connection was closed"));
            return;
        }
        publication = admitted;
        bytes = new PublishedBytes(admitted, reason -> post(exchange.eventLoop(), () -> refused(reason)));
        post(admitted.loop(), () -> admitted
                .onRevoked(line -> post(exchange.eventLoop(), () -> revoked(line))));
        flow = exchange.receive(this);
    }

    /** The stream does not want it any more. */
    private void revoked(String line) {
        if (!over) {
            end(line);
            exchange.fail(new HttpError(409, "publishing has ended: " + line));
        }
    }

    /** The bytes are nothing that can be played. */
    private void refused(String reason) {
        if (!over) {
            end(reason);
            exchange.fail(new HttpError(415, reason));
        }
    }

    @Override
    public void piece(ByteBuf piece) {
        Publication to = publication;
        PublishedBytes taker = bytes;
        if (over || to == null || taker == null) {
            piece.release();
            return;
        }
        int size = piece.readableBytes();
        if (inFlight.addAndGet(size) > mostInFlight && flow != null) {
            paused = true;
            flow.pause();
        }
        boolean posted = post(to.loop(), () -> {
            taker.take(piece);
            taken(size);
        });
        if (!posted) {
            piece.release();
        }
    }

    /** On the stream's event loop. */
    private void taken(int bytes) {
        if (inFlight.addAndGet(-bytes) < mostInFlight / 2 && paused) {
            post(exchange.eventLoop(), () -> {
                paused = false;
                if (flow != null) {
                    flow.resume();
                }
            });
        }
    }

    @Override
    public void complete() {
        Publication to = publication;
        PublishedBytes taker = bytes;
        if (over || to == null || taker == null) {
            return;
        }
        // Behind the last piece, which may still be refused.
        post(to.loop(), () -> {
            taker.end("the publisher has ended the stream");
            post(exchange.eventLoop(), this::answer);
        });
    }

    private void answer() {
        if (!over) {
            over = true;
            exchange.send(200, SegmentPush.TEXT, SegmentPush.NO_STORE, "ended\n");
        }
    }

    @Override
    public void broken(String reason) {
        end(reason);
    }

    private void end(String reason) {
        over = true;
        Publication gone = publication;
        PublishedBytes taker = bytes;
        publication = null;
        bytes = null;
        if (gone != null && taker != null) {
            post(gone.loop(), () -> taker.end(reason));
        }
    }

    private static boolean post(EventLoop loop, Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return true;
        }
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            // The process ends.
            return false;
        }
    }
}
