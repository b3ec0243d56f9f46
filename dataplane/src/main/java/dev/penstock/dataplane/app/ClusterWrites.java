package dev.penstock.dataplane.app;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import dev.penstock.dataplane.api.Writes;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.resource.CallerAccess;

/** Changes of streams on Kubernetes: of the resource, by the API server, with the caller's bearer token. */
final class ClusterWrites implements Writes {
    private static final String BEARER = "bearer ";
    /** RFC 6750 2.1. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{1,16384}=*");
    /** What Kubernetes allows as a name (RFC 1123 subdomain). */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

    private final CallerAccess access;

    ClusterWrites(CallerAccess access) {
        this.access = access;
    }

    @Override
    public void check(Exchange caller, String namespace, String name) throws HttpError {
        answer(access.mayPatch(token(caller), namespace, name));
    }

    @Override
    public void offline(Exchange caller, String namespace, String name, boolean offline) throws HttpError {
        String token = token(caller);
        if (!NAME.matcher(namespace).matches() || !NAME.matcher(name).matches()) {
            throw new HttpError(404, "no stream " + namespace + "/" + name);
        }
        answer(access.offline(token, namespace, name, offline));
    }

    private static String token(Exchange caller) throws HttpError {
        String header = caller.header("Authorization").orElse("");
        String token = header.toLowerCase(Locale.ROOT).startsWith(BEARER)
                ? header.substring(BEARER.length()).strip()
                : "";
        if (!TOKEN.matcher(token).matches()) {
            throw unauthorized("Authorization: " + (header.isEmpty() ? "missing" : "not a bearer token")
                    + " (expected: Bearer and a token of somebody who may patch livestreams, as of kubectl create token)");
        }
        return token;
    }

    private static void answer(CallerAccess.Outcome outcome) throws HttpError {
        switch (outcome.status()) {
            case 200 -> {
                return;
            }
            case 401 -> throw unauthorized(outcome.message());
            case 503 -> throw new HttpError(503, outcome.message(), Map.of("Retry-After", "5"));
            default -> throw new HttpError(outcome.status(), outcome.message());
        }
    }

    private static HttpError unauthorized(String message) {
        return new HttpError(401, message, Map.of("WWW-Authenticate", "Bearer realm=\"penstock\""));
    }
}
