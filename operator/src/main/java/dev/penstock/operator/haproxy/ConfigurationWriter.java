package dev.penstock.operator.haproxy;

import dev.penstock.operator.haproxy.LiveBackend.Server;

/**
 * Writes the configuration of a gateway's HAProxy (2.6 and later). The same plan gives the same text.
 *
 * <p>
 * A live path goes to the pod that owns its partition: {@code CRC32("{ns}/{name}") mod 4096}, looked up in the partition map. If
 * that pod is down or the map does not know, the consistent hash of the same identity chooses, and the pod that gets the request
 * relays to the owner. Every other path of a pool goes by that hash alone: any pod answers any request.
 */
public final class ConfigurationWriter {
    private ConfigurationWriter() {}

    /** The text of {@code haproxy.cfg}. */
    public static String write(GatewayPlan plan) {
        StringBuilder out = new StringBuilder(4096);
        global(out, plan);
        if (plan.live().filter(LiveBackend::hasNames).isPresent()) {
            resolvers(out);
        }
        defaults(out);
        frontend(out, plan);
        plan.live().ifPresent(live -> backend(out, plan, live));
        return out.toString();
    }

    private static void global(StringBuilder out, GatewayPlan plan) {
        out.append("""
                # Written by the Penstock operator; changes are overwritten.
                global
                  log stdout format raw local0
                  maxconn %d
                  stats socket %s mode 600 level admin expose-fd listeners
                  stats timeout 1m
                  # After a reload the old process ends when its streams have ended, at the latest after this time.
                  hard-stop-after 24h

                """.formatted(plan.maxConnections(), plan.socket()));
    }

    private static void resolvers(StringBuilder out) {
        out.append("""
                resolvers kube
                  parse-resolv-conf
                  accepted_payload_size 8192
                  resolve_retries 3
                  timeout resolve 1s
                  timeout retry 1s
                  hold valid 1s
                  hold nx 1s

                """);
    }

    private static void defaults(StringBuilder out) {
        out.append("""
                defaults
                  mode http
                  log global
                  option httplog
                  option dontlognull
                  option forwardfor
                  timeout connect 2s
                  timeout http-request 10s
                  timeout http-keep-alive 60s
                  timeout queue 5s
                  timeout client 65s
                  timeout server 65s

                """);
    }

    private static void frontend(StringBuilder out, GatewayPlan plan) {
        out.append("""
                frontend http
                  bind %s
                  acl pool path / /api /live /publish /recordings
                  acl pool path_beg /api/ /live/ /publish/ /recordings/
                """.formatted(plan.bind()));
        plan.host().ifPresent(host -> out.append("  http-request return status 404 content-type text/plain string")
                .append(" \"No such host here\" unless { hdr(host),field(1,:),lower -m str ").append(host)
                .append(" }\n"));
        out.append(
                "  http-request return status 404 content-type text/plain string \"No such path here\" unless pool\n");
        if (plan.live().isPresent()) {
            out.append("  default_backend ").append(plan.live().get().name()).append('\n');
        } else {
            out.append(
                    "  http-request return status 503 content-type text/plain string \"No Live pool behind this gateway\"\n");
        }
    }

    private static void backend(StringBuilder out, GatewayPlan plan, LiveBackend live) {
        out.append(
                """

                        backend %s
                          balance hash path,field(3,/,2)
                          hash-type consistent djb2 avalanche
                          http-request set-var(txn.owner) path,field(3,/,2),crc32,mod(4096),map(%s) if { path_beg /live/ /publish/ }
                          use-server %%[var(txn.owner)] if { var(txn.owner) -m found }
                          option redispatch 1
                          retries 2
                          retry-on conn-failure empty-response
                          option httpchk GET /readyz
                          http-check expect status 200
                        """
                        .formatted(live.name(), plan.mapFile()));
        out.append("  default-server check inter 500ms fall 2 rise 1 weight 100");
        out.append(live.hasNames() ? " resolvers kube init-addr none\n" : "\n");
        for (Server server : live.servers()) {
            out.append("  server ").append(server.name()).append(' ').append(server.address()).append(':')
                    .append(server.port())
                    .append(" id ").append(server.ordinal() + 1).append(" port ").append(server.adminPort())
                    .append('\n');
        }
    }
}
