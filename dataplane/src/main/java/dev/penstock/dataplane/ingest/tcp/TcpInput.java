package dev.penstock.dataplane.ingest.tcp;

import dev.penstock.dataplane.ingest.input.Dialer;
import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.SourceUrl;
import dev.penstock.dataplane.ingest.input.StreamHandler;

/** Connects and reads what comes. One owner: the event loop. */
public final class TcpInput implements Input {
    private final SourceUrl url;
    private final Dialer dialer;

    /**
     * @param url with host and port
     */
    public TcpInput(SourceUrl url, InputSettings settings, InputEvents events) {
        this.url = url;
        this.dialer = new Dialer(settings, new StreamHandler(events, url.remote()),
                reason -> events.ended(url.remote() + ": " + reason, false));
    }

    @Override
    public void start() {
        dialer.dial(url.host(), url.port());
    }

    @Override
    public void close() {
        dialer.close();
    }
}
