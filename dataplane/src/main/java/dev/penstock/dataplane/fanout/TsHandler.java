package dev.penstock.dataplane.fanout;

import java.util.Map;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.HttpHandler;

/** {@code /live/{ns}/{name}/stream.ts}: an endless transport stream that begins at the last keyframe. */
public final class TsHandler implements HttpHandler {
    private static final Map<String, String> HEADERS = Map.of("Cache-Control", "no-store");
    private static final String RETRY_SECONDS = "5";

    private final FanoutDirectory directory;

    /** Serves the streams of a directory. */
    public TsHandler(FanoutDirectory directory) {
        this.directory = directory;
    }

    @Override
    public void handle(Exchange exchange) throws HttpError {
        String namespace = exchange.param("ns");
        String name = exchange.param("name");
        TsFanout fanout = directory.find(namespace, name)
                .orElseThrow(() -> new HttpError(404, "stream " + namespace + "/" + name + ": not served here"));
        if (!fanout.reserve()) {
            exchange.send(503, "text/plain; charset=utf-8", Map.of("Retry-After", RETRY_SECONDS),
                    "stream " + namespace + "/" + name + ": has " + fanout.viewers()
                            + " viewers, which is its limit (spec.limits.hardViewers)\n");
            return;
        }
        boolean joined = false;
        try {
            var channel = exchange.takeOver("video/mp2t", HEADERS);
            channel.ifPresent(taken -> fanout.join(taken, exchange.remoteAddress()));
            joined = channel.isPresent();
        } finally {
            if (!joined) {
                fanout.cancel();
            }
        }
    }
}
