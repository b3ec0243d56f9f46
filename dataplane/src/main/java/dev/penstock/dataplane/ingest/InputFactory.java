package dev.penstock.dataplane.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.command.CommandInput;
import dev.penstock.dataplane.ingest.file.PathInput;
import dev.penstock.dataplane.ingest.hls.HlsInput;
import dev.penstock.dataplane.ingest.http.HttpInput;
import dev.penstock.dataplane.ingest.input.Confine;
import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.SourceUrl;
import dev.penstock.dataplane.ingest.rtmp.RtmpInput;
import dev.penstock.dataplane.ingest.rtmp.RtmpLogin;
import dev.penstock.dataplane.ingest.rtsp.RtspInput;
import dev.penstock.dataplane.ingest.rtsp.RtspOptions;
import dev.penstock.dataplane.ingest.srt.SrtInput;
import dev.penstock.dataplane.ingest.srt.SrtUnavailableException;
import dev.penstock.dataplane.ingest.srt.SrtUrl;
import dev.penstock.dataplane.ingest.tcp.TcpInput;
import dev.penstock.dataplane.ingest.udp.UdpInput;
import dev.penstock.dataplane.ingest.unix.UnixInput;
import dev.penstock.dataplane.media.SourceInfo;

/** Checks one source of a configuration and makes its inputs. */
final class InputFactory implements SourceFactory {
    private static final String EXPECTED = "(expected: http, https, rtmp, rtmps, rtsp, rtsps, srt, tcp, udp, file, unix, or a command)";

    private final PullConfig.Source source;
    private final Confine confine;
    private final @Nullable SourceUrl url;
    private final SourceInfo info;

    /**
     * @param field path of the source in the resource, such as {@code source.pull.urls[0]}
     * @param index position of the source
     * @param confine where files and sockets may be read from
     * @throws IllegalArgumentException when it can never work: field, value without secrets, what is expected
     */
    InputFactory(PullConfig.Source source, String field, int index, Confine confine) {
        this.source = source;
        this.confine = confine;
        String text = source.url();
        if (text == null || text.isBlank()) {
            if (source.command().isEmpty() || source.command().getFirst().isBlank()) {
                throw new IllegalArgumentException(field + ": neither url nor command (expected: one of them)");
            }
            url = null;
            info = new SourceInfo("command", CommandInput.name(source.command()), index);
            return;
        }
        url = parse(text, field + ".url");
        if (url.scheme().equals("srt")) {
            checkSrt(url, field + ".url");
        }
        info = new SourceInfo(isHls(url) ? "hls" : url.scheme(), url.remote(), index);
    }

    @Override
    public SourceInfo info() {
        return info;
    }

    @Override
    public String host() {
        return url == null || url.scheme().equals("udp") ? "" : url.host().toLowerCase(Locale.ROOT);
    }

    @Override
    public Input create(InputSettings settings, InputEvents events) {
        SourceUrl target = url;
        if (target == null) {
            return new CommandInput(source.command(), settings, events);
        }
        return switch (target.scheme()) {
            case "http", "https" -> isHls(target)
                    ? new HlsInput(target, authorization(target), settings, events)
                    : new HttpInput(target, authorization(target), settings, events);
            case "rtmp", "rtmps" -> new RtmpInput(target,
                    user(target).map(pair -> new RtmpLogin(pair.getKey(), pair.getValue())), settings, events,
                    RandomGenerator.getDefault());
            case "srt" -> new SrtInput(SrtUrl.of(target, source.password()), settings, events);
            case "tcp" -> new TcpInput(target, settings, events);
            case "udp" -> new UdpInput(target, settings, events);
            case "unix" -> new UnixInput(target, confine, settings, events);
            case "rtsp", "rtsps" -> new RtspInput(target, rtsp(target), settings, events,
                    RandomGenerator.getDefault());
            default -> new PathInput(target, source.loop(), confine, settings, events);
        };
    }

    private void checkSrt(SourceUrl target, String field) {
        try {
            SrtUrl.of(target, source.password());
            SrtInput.check();
        } catch (IllegalArgumentException | SrtUnavailableException e) {
            throw new IllegalArgumentException(field + ": " + target.remote() + ": " + e.getMessage(), e);
        }
    }

    private static boolean isHls(SourceUrl url) {
        return url.scheme().startsWith("http") && url.path().toLowerCase(Locale.ROOT).endsWith(".m3u8");
    }

    private static SourceUrl parse(String text, String field) {
        SourceUrl url;
        try {
            url = SourceUrl.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
        }
        String remote = url.remote();
        switch (url.scheme()) {
            case "http", "https", "rtsp", "rtsps" -> require(!url.host().isEmpty(), field, remote + " has no host");
            case "tcp", "udp", "srt" -> {
                require(!url.host().isEmpty(), field, remote + " has no host");
                require(url.port() > 0, field, remote + " has no port (expected: " + url.scheme() + "://host:port)");
            }
            case "rtmp", "rtmps" -> {
                require(!url.host().isEmpty(), field, remote + " has no host");
                require(url.path().replaceFirst("^/+", "").contains("/"), field,
                        remote + " has no stream (expected: " + url.scheme() + "://host/application/stream)");
            }
            case "file", "unix" -> require(url.path().startsWith("/"), field,
                    remote + " has no absolute path (expected: " + url.scheme() + ":///path)");
            default -> throw new IllegalArgumentException(field + ": " + remote + " is not served yet " + EXPECTED);
        }
        return url;
    }

    private static void require(boolean good, String field, String message) {
        if (!good) {
            throw new IllegalArgumentException(field + ": " + message);
        }
    }

    private RtspOptions rtsp(SourceUrl target) {
        return new RtspOptions(user(target).map(pair -> new RtspOptions.User(pair.getKey(), pair.getValue())),
                source.rtsp().udp(), source.rtsp().dropG711());
    }

    /** User and password, told apart at the first colon. */
    private Optional<Map.Entry<String, String>> user(SourceUrl target) {
        return login(target).map(pair -> {
            int colon = pair.indexOf(':');
            return colon < 0
                    ? Map.entry(pair, "")
                    : Map.entry(pair.substring(0, colon), pair.substring(colon + 1));
        });
    }

    private Optional<String> login(SourceUrl target) {
        return source.username() == null
                ? target.userInfo()
                : Optional.of(source.username() + ":" + (source.password() == null ? "" : source.password()));
    }

    private @Nullable String authorization(SourceUrl target) {
        return login(target)
                .map(pair -> "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                .orElse(null);
    }
}
