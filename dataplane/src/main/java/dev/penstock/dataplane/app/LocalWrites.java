package dev.penstock.dataplane.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.api.Writes;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Changes of streams without Kubernetes: by whoever is on this machine, but not by a page of another site that a browser on this
 * machine shows, nor through a proxy.
 */
final class LocalWrites implements Writes {
    private static final Logger LOG = LoggerFactory.getLogger(LocalWrites.class);
    private static final List<String> OF_PROXIES = List.of("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via");

    private final OfflineSwitch offline;

    LocalWrites(OfflineSwitch offline) {
        this.offline = offline;
    }

    @Override
    public void check(Exchange caller, String namespace, String name) throws HttpError {
        if (!isLoopback(caller.remoteAddress())) {
            throw new HttpError(403, "a change from " + caller.remoteAddress() + " (expected: from this machine)");
        }
        for (String header : OF_PROXIES) {
            if (caller.header(header).isPresent()) {
                throw new HttpError(403, "a change through a proxy, " + header + " (expected: from this machine)");
            }
        }
        // A browser sends what a foreign page wants, but says whose page it is; and a name that somebody has
        // pointed to this machine is not one of ours.
        Optional<String> site = caller.header("Sec-Fetch-Site");
        if (site.isPresent() && !site.get().equals("same-origin") && !site.get().equals("none")) {
            throw new HttpError(403, "a change by another site's page (expected: by this one's)");
        }
        String host = caller.header("Host").orElse("");
        if (!isLocal(host)) {
            throw new HttpError(403, "Host: " + host + " (expected: localhost, 127.0.0.1 or [::1])");
        }
        Optional<String> origin = caller.header("Origin");
        if (origin.isPresent() && !origin.get().equals("http://" + host) && !origin.get().equals("https://" + host)) {
            throw new HttpError(403, "Origin: " + origin.get() + " (expected: none, or this server's)");
        }
    }

    @Override
    public void offline(Exchange caller, String namespace, String name, boolean wanted) throws HttpError {
        check(caller, namespace, name);
        String id = namespace + "/" + name;
        try {
            if (!offline.set(id, wanted)) {
                throw new HttpError(404, "no stream " + id);
            }
        } catch (IOException e) {
            LOG.atError().addKeyValue(LogKeys.STREAM, id).setCause(e).log("Offline switch not kept");
            throw new HttpError(500,
                    "stream " + id + ": the switch cannot be kept in the data folder, so nothing is changed");
        }
        LOG.atInfo().addKeyValue(LogKeys.STREAM, id).addKeyValue(LogKeys.REASON, wanted ? "offline" : "online")
                .log("Stream switched by the API");
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.ofLiteral(address).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isLocal(String host) {
        try {
            String name = URI.create("http://" + host).getHost();
            return name != null && (name.equalsIgnoreCase("localhost")
                    || isLoopback(name.startsWith("[") ? name.substring(1, name.length() - 1) : name));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
