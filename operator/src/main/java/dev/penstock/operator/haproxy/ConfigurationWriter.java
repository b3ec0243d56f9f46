package dev.penstock.operator.haproxy;

import java.util.List;

import dev.penstock.operator.haproxy.FrontDoor.Application;
import dev.penstock.operator.haproxy.FrontDoor.Tls;
import dev.penstock.operator.haproxy.LiveBackend.Server;

/**
 * Writes the configuration of a gateway's HAProxy (2.6 and later). The same front door gives the same text.
 *
 * <p>
 * A live path goes to the pod that owns its partition: {@code CRC32("{ns}/{name}") mod 4096}, looked up in the partition map. If
 * that pod is down or the map does not know, the consistent hash of the same identity chooses, and the pod that gets the request
 * relays to the owner. Every other path of a pool goes by that hash alone: any pod answers any request.
 *
 * <p>
 * Always {@code path}, never the URI: an HTTP/2 request holds an absolute one, so its slashes count differently.
 */
public final class ConfigurationWriter {
    private static final String NOT_FOUND = "  http-request return status 404 content-type text/plain string \"No such path here\"";

    private ConfigurationWriter() {}

    /** The text of {@code haproxy.cfg}. */
    public static String write(FrontDoor door) {
        StringBuilder out = new StringBuilder(8192);
        global(out, door);
        if (door.hasNames()) {
            resolvers(out);
        }
        defaults(out);
        admin(out, door);
        listen(out, door);
        requests(out, door);
        choose(out, door);
        door.live().ifPresentOrElse(live -> live(out, door, live), () -> out.append("""

                backend no_pool
                  http-request return status 503 content-type text/plain string "No Live pool behind this gateway"
                """));
        List<Application> applications = door.applications();
        for (int i = 0; i < applications.size(); i++) {
            application(out, i, applications.get(i));
        }
        out.append("\nbackend nothing\n").append(NOT_FOUND).append('\n');
        // At the end: what follows has other defaults.
        door.live().ifPresent(live -> rtmp(out, door, live));
        return out.toString();
    }

    private static void global(StringBuilder out, FrontDoor door) {
        out.append("""
                # Written by the Penstock operator; changes are overwritten.
                global
                  log stdout format raw local0
                  maxconn %d
                  # A container that may open fewer files serves fewer connections instead of none.
                  no strict-limits
                  stats socket %s mode 600 level admin expose-fd listeners
                  stats timeout 1m
                  # After a reload the old process ends when its streams have ended, at the latest after this time.
                  hard-stop-after 24h
                """.formatted(door.maxConnections(), door.file(FrontDoor.SOCKET)));
        if (door.tls().isPresent()) {
            out.append("""
                      # The key of tls.crt is tls.key.
                      ssl-load-extra-files key
                      ssl-load-extra-del-ext
                      ssl-default-bind-options ssl-min-ver TLSv1.2
                    """);
        }
        out.append('\n');
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
                  option dontlognull
                  # A line for what went wrong, not for each segment.
                  option dontlog-normal
                  option forwardfor
                  timeout connect 2s
                  timeout http-request 10s
                  timeout http-keep-alive 60s
                  timeout queue 5s
                  # Viewers wait for a source that is gone, connected.
                  timeout client 1h
                  timeout server 1h

                """);
    }

    private static void admin(StringBuilder out, FrontDoor door) {
        out.append("""
                frontend admin
                  bind %s
                  monitor-uri /healthz
                  http-request use-service prometheus-exporter if { path /metrics }
                %s

                """.formatted(door.adminBind(), NOT_FOUND));
    }

    private static void listen(StringBuilder out, FrontDoor door) {
        out.append("frontend http\n  bind ").append(door.bind()).append('\n');
        door.tls().ifPresent(tls -> out.append("  bind ").append(tls.bind()).append(" ssl crt ")
                .append(tls.certificate()).append(" alpn h2,http/1.1\n"));
        // Without the query and without what opens a stream in the path: nobody shall play with what a log says.
        out.append("""
                  log global
                  log-format "%ci:%cp %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %tsc %ac/%fc/%bc/%sc/%rc %HM %[var(txn.shown)]"
                  http-request set-var(txn.shown) path,regsub(\\"/(~|%7[eE])[^/]*\\",\\"/~\\",g)
                """);
        door.tls().ifPresent(tls -> out.append("  http-request redirect prefix https://").append(host(door, tls))
                .append(" code 308 unless { ssl_fc }\n"));
        door.host().ifPresent(host -> out.append("  http-request return status 404 content-type text/plain string")
                .append(" \"No such host here\" unless { hdr(host),field(1,:),lower -m str ").append(host)
                .append(" }\n"));
    }

    private static String host(FrontDoor door, Tls tls) {
        return door.host().orElse("%[hdr(host),field(1,:)]") + (tls.port() == 443 ? "" : ":" + tls.port());
    }

    private static void requests(StringBuilder out, FrontDoor door) {
        out.append(
                """
                          # Aliases: the stream itself for all but playlists, whose lines are relative to where they really are.
                          http-request set-var(txn.alias) path,map(%s)
                          http-request redirect location %%[var(txn.alias)]?%%[query] code 307 if { var(txn.alias) -m end .m3u8 } { query -m len gt 0 }
                          http-request redirect location %%[var(txn.alias)] code 307 if { var(txn.alias) -m end .m3u8 }
                          http-request set-path %%[var(txn.alias)] if { var(txn.alias) -m found }
                          # What pods tell each other, and what is for the cluster only.
                          acl hidden path /metrics /healthz /readyz
                          acl hidden path_beg /metrics/ /healthz/ /readyz/
                        %s if hidden
                          http-request del-header Penstock-Relay
                          http-request set-header X-Forwarded-Proto %%[ssl_fc,iif(https,http)]
                          http-request disable-l7-retry if !METH_GET
                          # The identity stands at a fixed place, or the hash would be of something else.
                          acl media path_beg /live/ /publish/ /recordings/
                          acl identity path_reg ^/[a-z]+/[a-z0-9][-a-z0-9]*/[a-z0-9][-.a-z0-9]*(/|$)
                          acl crooked path_sub // /./ /../ %%
                          acl crooked path_end /. /..
                        %s if media !identity
                        %s if media crooked
                        """
                        .formatted(door.file(FrontDoor.ALIASES), NOT_FOUND, NOT_FOUND, NOT_FOUND));
    }

    private static void choose(StringBuilder out, FrontDoor door) {
        out.append("""
                  acl api path /api
                  acl api path_beg /api/
                  acl page path /
                  acl page path_beg /assets/
                """);
        String pool = door.live().map(LiveBackend::name).orElse("no_pool");
        out.append("  use_backend ").append(pool).append(" if media or api\n");
        List<Application> applications = door.applications();
        for (int i = 0; i < applications.size(); i++) {
            String path = applications.get(i).path();
            out.append("  use_backend app_").append(i);
            out.append(path.isEmpty() ? "\n" : " if { path " + path + " } or { path_beg " + path + "/ }\n");
        }
        out.append("  use_backend ").append(pool).append(" if page\n  default_backend nothing\n");
    }

    private static void live(StringBuilder out, FrontDoor door, LiveBackend live) {
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
                        .formatted(live.name(), door.file(FrontDoor.PARTITIONS)));
        check(out, live);
        for (Server server : live.servers()) {
            out.append("  server ").append(server.name()).append(' ').append(server.address()).append(':')
                    .append(server.ports().http())
                    .append(" id ").append(server.ordinal() + 1).append(" port ").append(server.ports().admin())
                    .append('\n');
        }
    }

    /** RTMP publishers come to any pod, which relays to the owner: only their handshake is over when they name the stream. */
    private static void rtmp(StringBuilder out, FrontDoor door, LiveBackend live) {
        out.append("""

                defaults rtmp
                  mode tcp
                  option dontlognull
                  option dontlog-normal
                  timeout connect 2s
                  timeout client 2m
                  timeout server 2m

                frontend rtmp
                  bind %s
                """.formatted(live.rtmpBind()));
        door.tls().ifPresent(tls -> out.append("""
                  # RTMP begins with 0x03, TLS with 0x16: both on one port.
                  tcp-request inspect-delay 5s
                  tcp-request content accept if { req.len gt 0 }
                  use_backend rtmp_tls if { req.payload(0,1) -m bin 16 }
                """));
        out.append("  default_backend rtmp\n");
        door.tls().ifPresent(tls -> out.append("""

                backend rtmp_tls
                  server tls unix@%1$s

                frontend rtmps
                  bind unix@%1$s mode 600 ssl crt %2$s
                  default_backend rtmp
                """.formatted(door.file(FrontDoor.RTMPS_SOCKET), tls.certificate())));
        out.append("""

                backend rtmp
                  balance leastconn
                  option redispatch 1
                  retries 2
                  option httpchk GET /readyz
                  http-check expect status 200
                """);
        check(out, live);
        for (Server server : live.servers()) {
            out.append("  server ").append(server.name()).append(' ').append(server.address()).append(':')
                    .append(server.ports().rtmp()).append(" port ").append(server.ports().admin()).append('\n');
        }
    }

    private static void check(StringBuilder out, LiveBackend live) {
        out.append("  default-server check inter 500ms fall 2 rise 1 weight 100");
        out.append(live.hasNames() ? " resolvers kube init-addr none\n" : "\n");
    }

    private static void application(StringBuilder out, int number, Application application) {
        out.append("\nbackend app_").append(number).append('\n');
        out.append("  server app ").append(application.address()).append(':').append(application.port());
        out.append(LiveBackend.isName(application.address()) ? " resolvers kube init-addr none\n" : "\n");
    }
}
