package dev.penstock.dataplane.http;

/** Answers requests. Called on the connection's event loop; must not block. */
@FunctionalInterface
public interface HttpHandler {
    /**
     * Answers one request: exactly one of the exchange's answering methods is called, now or later, on any thread.
     *
     * @param exchange the request and the way to answer
     * @throws HttpError to answer with an error page
     */
    void handle(Exchange exchange) throws HttpError;
}
