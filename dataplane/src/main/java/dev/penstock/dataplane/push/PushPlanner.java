package dev.penstock.dataplane.push;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.SourceUrl;
import dev.penstock.dataplane.ingest.rtmp.RtmpPublication;
import dev.penstock.dataplane.ingest.srt.SrtCall;
import dev.penstock.dataplane.ingest.srt.SrtUnavailableException;
import dev.penstock.dataplane.ingest.srt.SrtUrl;

/** Checks what is asked for. Pure, but for a look whether libsrt is there. */
public final class PushPlanner {
    private PushPlanner() {}

    /**
     * Checks one server.
     *
     * @param field path of the item in the resource, such as {@code spec.outputs.push[0]}
     * @param name of the item
     * @param url as written
     * @param credentials of its Secret, or none
     */
    public static PushPlan plan(String field, String name, String url, Credentials credentials) {
        SourceUrl parsed;
        try {
            parsed = SourceUrl.parse(url);
        } catch (IllegalArgumentException e) {
            return new PushPlan.Refused(name, protocol(url), "", field + ".url: " + e.getMessage());
        }
        Protocol protocol = protocol(parsed.scheme());
        String problem = parsed.host().isEmpty() ? "no host" : problem(protocol, parsed, credentials);
        return problem == null
                ? new PushPlan.Send(name, protocol, parsed, credentials)
                : new PushPlan.Refused(name, protocol, parsed.remote(),
                        field + ": " + parsed.remote() + ": " + problem);
    }

    /** A server whose Secret is not as it should be. */
    public static PushPlan refused(String name, String url, String problem) {
        String remote;
        try {
            remote = SourceUrl.parse(url).remote();
        } catch (IllegalArgumentException e) {
            remote = "";
        }
        return new PushPlan.Refused(name, protocol(url), remote, problem);
    }

    private static @Nullable String problem(Protocol protocol, SourceUrl url, Credentials credentials) {
        boolean login = credentials.username() != null || credentials.password() != null;
        return switch (protocol) {
            case HTTP -> credentials.passphrase() != null
                    ? "a passphrase is for SRT (expected: key, or username and password)"
                    : login && credentials.key() != null
                            ? "both a key and a user in the Secret (expected: one of them)"
                            : null;
            case RTMP -> login || credentials.passphrase() != null
                    ? "RTMP takes neither a user nor a passphrase (expected: a Secret with key)"
                    : RtmpPublication.problem(url, credentials.key());
            case SRT -> login
                    ? "SRT takes no user (expected: a Secret with passphrase, key or both)"
                    : srt(url, credentials);
        };
    }

    private static @Nullable String srt(SourceUrl url, Credentials credentials) {
        if (url.port() < 0) {
            return "no port (expected: srt://host:port)";
        }
        try {
            SrtUrl target = SrtUrl.of(url, credentials.passphrase());
            SrtCall.check();
            return credentials.key() != null && target.streamId().isEmpty()
                    ? "a key without a stream id (expected: ?streamid=publish:NAMESPACE/NAME)"
                    : null;
        } catch (IllegalArgumentException | SrtUnavailableException e) {
            return e.getMessage();
        }
    }

    private static Protocol protocol(String url) {
        return url.startsWith("rtmp") ? Protocol.RTMP : url.startsWith("srt") ? Protocol.SRT : Protocol.HTTP;
    }
}
