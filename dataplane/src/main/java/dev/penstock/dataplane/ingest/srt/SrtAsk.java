package dev.penstock.dataplane.ingest.srt;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.push.PublishGate;
import dev.penstock.dataplane.ingest.push.PublishRequest;
import dev.penstock.dataplane.ingest.push.PublishVerdict;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Reason;

/** A caller's question to the gate, from the handshake on. Any thread. */
final class SrtAsk {
    private final SrtStreamId id;
    private final String text;
    private final InetSocketAddress remote;
    private final long sinceNanos;
    private final CompletableFuture<PublishVerdict> verdict = new CompletableFuture<>();
    private boolean asked;

    /**
     * @param text the stream id as it came
     */
    SrtAsk(SrtStreamId id, String text, InetSocketAddress remote, long sinceNanos) {
        this.id = id;
        this.text = text;
        this.remote = remote;
        this.sinceNanos = sinceNanos;
    }

    String text() {
        return text;
    }

    InetSocketAddress remote() {
        return remote;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    /** What the connection must be encrypted with; empty for nothing. */
    Optional<String> passphrase(PublishGate gate) {
        return gate.passphrase(id.namespace(), id.name());
    }

    /** Asks, once, by whoever has it in hand; a publisher that was relayed is not relayed again. */
    void ask(PublishGate gate) {
        if (asked) {
            return;
        }
        asked = true;
        gate.admit(new PublishRequest("srt", id.namespace(), id.name(), id.key(), remote),
                said -> verdict.complete(said instanceof PublishVerdict.Elsewhere && id.relayed()
                        ? new PublishVerdict.Refused(Reason.UNAVAILABLE, "the stream's pod is not known; try again")
                        : said));
    }

    /** The verdict, when it comes in time. */
    @Nullable
    PublishVerdict within(long nanos) {
        try {
            return verdict.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** Hears the verdict when there is one, on the thread that gives it. */
    void then(Consumer<PublishVerdict> listener) {
        verdict.thenAccept(listener);
    }

    /** Nobody wants the verdict any more: who was let in goes. */
    void drop(String reason) {
        verdict.thenAccept(said -> drop(said, reason));
    }

    /** As {@link #drop(String)}, for a verdict that is there. */
    static void drop(PublishVerdict said, String reason) {
        if (said instanceof PublishVerdict.Accepted accepted) {
            try {
                accepted.publication().loop().execute(() -> accepted.publication().close(reason));
            } catch (RejectedExecutionException e) {
                // The process ends, and the publication with it.
                return;
            }
        }
    }
}
