package dev.penstock.dataplane.api;

import java.util.HashMap;
import java.util.Map;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;

/** Lets whoever has a token change the streams of a list, and keeps it in memory. */
public final class FakeWrites implements Writes {
    public final Map<String, Boolean> offline = new HashMap<>();

    @Override
    public void check(Exchange caller, String namespace, String name) throws HttpError {
        String who = caller.header("Authorization").orElse("");
        if (!who.equals("Bearer good")) {
            throw who.isEmpty() ? new HttpError(401, "Authorization: missing") : new HttpError(403, "not allowed");
        }
    }

    @Override
    public void offline(Exchange caller, String namespace, String name, boolean wanted) throws HttpError {
        check(caller, namespace, name);
        if (!namespace.equals("default")) {
            throw new HttpError(404, "no stream " + namespace + "/" + name);
        }
        offline.put(namespace + "/" + name, wanted);
    }
}
