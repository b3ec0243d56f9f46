package dev.penstock.dataplane.ingest.rtsp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.ffmpeg.G711ToAac;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.SourceUrl;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.rtp.RtpLimits;
import dev.penstock.dataplane.media.rtp.RtpSession;
import dev.penstock.dataplane.media.rtp.RtpTrack;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * One session on one connection: OPTIONS, DESCRIBE, SETUP for each medium, PLAY, requests that keep it alive, TEARDOWN. One owner:
 * the event loop.
 */
final class RtspPlay implements RtspConnection.Owner, RtpSession.Output {
    private static final Logger LOG = LoggerFactory.getLogger(RtspPlay.class);
    private static final String CRLF = "\r\n";
    private static final int USUAL_TIMEOUT_SECONDS = 60;
    private static final int MAX_KEEP_ALIVE_SECONDS = 30;
    private static final int REPORT_SECONDS = 5;

    private final SourceUrl url;
    private final RtspOptions options;
    private final RtspLimits limits;
    private final InputSettings settings;
    private final InputEvents events;
    private final RandomGenerator random;
    private final Parent parent;
    private final RtspConnection connection;
    private final String uri;
    private final RtpSession session;
    private final @Nullable RtpTrack[] channels;
    private final List<UdpPorts> ports = new ArrayList<>();
    private final List<String> targets = new ArrayList<>();
    private final List<G711ToAac> recoders = new ArrayList<>();
    private @Nullable Channel channel;
    private @Nullable Future<?> keepAlive;
    private @Nullable Future<?> reports;
    private boolean knowsGetParameter;
    private String base;
    private String control;
    private String sessionId = "";
    private int timeoutSeconds = USUAL_TIMEOUT_SECONDS;
    private boolean closed;

    /** Who started the session. */
    interface Parent {
        void redirected(Optional<String> location, String status);

        void failed(String reason);
    }

    RtspPlay(SourceUrl url, RtspOptions options, @Nullable RtspAuth auth, InputSettings settings, InputEvents events,
            RandomGenerator random, Parent parent) {
        this.url = url;
        this.options = options;
        this.limits = RtspLimits.DEFAULTS;
        this.settings = settings;
        this.events = events;
        this.random = random;
        this.parent = parent;
        this.connection = new RtspConnection(this, auth, limits);
        this.uri = RtspUris.request(url);
        this.base = uri;
        this.control = uri;
        this.session = new RtpSession(io.netty.buffer.ByteBufAllocator.DEFAULT, RtpLimits.DEFAULTS, options.udp(),
                this);
        this.channels = new RtpTrack[limits.maxChannel() + 1];
    }

    /** The handler of the connection's channel. */
    RtspConnection connection() {
        return connection;
    }

    /** The channel that was opened for it. */
    void on(Channel opened) {
        channel = opened;
    }

    @Override
    public void connected() {
        connection.ask("OPTIONS", uri, "", answer -> {
            // Whatever it says: servers that do not know OPTIONS know DESCRIBE.
            knowsGetParameter = answer.header("public").orElse("").contains("GET_PARAMETER");
            connection.ask("DESCRIBE", uri, "Accept: application/sdp" + CRLF, this::described);
        });
    }

    private void described(RtspAnswer answer) {
        if (!good("DESCRIBE", answer)) {
            return;
        }
        base = answer.header("content-base").or(() -> answer.header("content-location")).filter(RtspUris::isAbsolute)
                .orElse(uri);
        Sdp sdp = Sdp.parse(answer.body(), limits.maxMedia());
        control = RtspUris.control(base, sdp.control());
        MediaChoice choice = MediaChoice.of(sdp, options.dropG711());
        if (choice.refusal().isPresent()) {
            fail(choice.refusal().get());
            return;
        }
        for (String note : choice.notes()) {
            LOG.atInfo().addKeyValue(LogKeys.SOURCE, url.remote()).addKeyValue(LogKeys.REASON, note)
                    .log("Source is not taken as it is");
            events.noted(note);
        }
        setUp(choice.media(), 0);
    }

    private void setUp(List<Sdp.Media> media, int index) {
        if (closed) {
            return;
        }
        if (index == media.size()) {
            play();
        } else if (options.udp()) {
            openPorts(media, index);
        } else {
            String transport = "RTP/AVP/TCP;unicast;interleaved=" + 2 * index + "-" + (2 * index + 1);
            askSetup(media.get(index), transport, answer -> {
                int told = Transport.parse(answer.header("transport")).channel();
                int first = told < 0 ? 2 * index : told;
                if (first >= limits.maxChannel() || channels[first] != null) {
                    fail("set up channel " + first + " (expected: a free one, 0 to " + (limits.maxChannel() - 1) + ")");
                    return;
                }
                RtpTrack track = track(index, media.get(index));
                channels[first] = track;
                channels[first + 1] = track;
                setUp(media, index + 1);
            });
        }
    }

    private void openPorts(List<Sdp.Media> media, int index) {
        Channel opened = channel;
        if (opened == null || !(opened.localAddress() instanceof InetSocketAddress local)
                || !(opened.remoteAddress() instanceof InetSocketAddress remote)) {
            fail("closed the connection");
            return;
        }
        RtpTrack track = track(index, media.get(index));
        UdpPorts pair = new UdpPorts(settings.loop(), local.getAddress(), remote.getAddress(),
                settings.udpReceiveBytes(), random, (isControl, datagram) -> datagram(track, isControl, datagram));
        ports.add(pair);
        pair.open(port -> {
            if (port < 0) {
                fail("no two UDP ports were free");
                return;
            }
            askSetup(media.get(index), "RTP/AVP;unicast;client_port=" + port + "-" + (port + 1), answer -> {
                Transport transport = Transport.parse(answer.header("transport"));
                pair.aim(address(transport.source()), transport.serverPort());
                setUp(media, index + 1);
            });
        });
    }

    private static @Nullable InetAddress address(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (java.net.UnknownHostException e) {
            return null;
        }
    }

    private void askSetup(Sdp.Media medium, String transport, java.util.function.Consumer<RtspAnswer> done) {
        String target = RtspUris.control(base, medium.control());
        targets.add(target);
        connection.ask("SETUP", target, sessionHeader() + "Transport: " + transport + CRLF, answer -> {
            if (good("SETUP", answer)) {
                learnSession(answer);
                done.accept(answer);
            }
        });
    }

    private RtpTrack track(int id, Sdp.Media medium) {
        if (!medium.format().isG711()) {
            return session.add(id, medium.format());
        }
        RtpTrack[] made = new RtpTrack[1];
        G711ToAac recoder = new G711ToAac(medium.format().encoding().equals("PCMA"), medium.format().clockRate(),
                settings.loop(), (pts, frame) -> recoded(made[0], pts, frame));
        recoders.add(recoder);
        made[0] = session.addRecoded(id, medium.format(), recoder.config(), recoder);
        return made[0];
    }

    private void recoded(RtpTrack track, long pts, ByteBuf frame) {
        if (closed) {
            frame.release();
        } else {
            track.recoded(pts, frame);
        }
    }

    private void play() {
        connection.ask("PLAY", control, sessionHeader() + "Range: npt=0.000-" + CRLF, answer -> {
            if (good("PLAY", answer)) {
                learnSession(answer);
                begin(RtpInfo.parse(answer.all("rtp-info")));
                if (!options.udp()) {
                    connection.streams();
                }
                int every = Math.clamp(timeoutSeconds / 2, 1, MAX_KEEP_ALIVE_SECONDS);
                keepAlive = settings.loop().scheduleAtFixedRate(this::keepAlive, every, every, TimeUnit.SECONDS);
                if (options.udp()) {
                    reports = settings.loop().scheduleAtFixedRate(() -> ports.forEach(UdpPorts::report),
                            REPORT_SECONDS, REPORT_SECONDS, TimeUnit.SECONDS);
                }
            }
        });
    }

    private void begin(RtpInfo info) {
        List<RtpTrack> tracks = session.all();
        for (int i = 0; i < tracks.size(); i++) {
            RtpTrack track = tracks.get(i);
            info.of(targets.get(i), i, tracks.size()).ifPresent(time -> session.begins(track, (int) time));
        }
    }

    private void keepAlive() {
        connection.ask(knowsGetParameter ? "GET_PARAMETER" : "OPTIONS", knowsGetParameter ? control : uri,
                sessionHeader(), answer -> {
                    if (answer.status() == 454) {
                        fail("answered 454: the session is over");
                    } else if (answer.status() == 501 || answer.status() == 405) {
                        knowsGetParameter = false;
                    }
                });
    }

    /** Session ids are sent back as they came, without parameters (RFC 2326 12.37). */
    private void learnSession(RtspAnswer answer) {
        answer.header("session").ifPresent(header -> {
            String[] parts = header.split(";");
            sessionId = parts[0].strip();
            for (String part : parts) {
                if (part.strip().startsWith("timeout=")) {
                    timeoutSeconds = number(part.strip().substring(8));
                }
            }
        });
    }

    private static int number(String text) {
        try {
            int seconds = Integer.parseInt(text.strip());
            return seconds > 0 ? seconds : USUAL_TIMEOUT_SECONDS;
        } catch (NumberFormatException e) {
            return USUAL_TIMEOUT_SECONDS;
        }
    }

    private String sessionHeader() {
        return sessionId.isEmpty() ? "" : "Session: " + sessionId + CRLF;
    }

    private boolean good(String method, RtspAnswer answer) {
        if (answer.status() >= 200 && answer.status() < 300) {
            return true;
        }
        String why = switch (answer.status()) {
            case 404 -> " (expected: a path that it serves)";
            case 453, 503 -> ": it takes no more sessions";
            case 461 -> options.udp() ? " (expected: rtspTransport: TCP)" : " (expected: rtspTransport: UDP)";
            default -> " (expected: 200)";
        };
        fail("answered " + answer.line() + " to " + method + why);
        return false;
    }

    @Override
    public void packet(int number, ByteBuf buf, int at, int end, long nowNanos) {
        RtpTrack track = number < channels.length ? channels[number] : null;
        if (track == null || closed) {
            return;
        }
        boolean isControl = number > 0 && channels[number - 1] == track;
        if (isControl) {
            session.control(track, buf, at, end);
        } else {
            track.packet(buf, at, end, nowNanos);
        }
    }

    private void datagram(RtpTrack track, boolean isControl, ByteBuf datagram) {
        if (closed) {
            return;
        }
        if (isControl) {
            session.control(track, datagram, datagram.readerIndex(), datagram.writerIndex());
        } else {
            track.packet(datagram, datagram.readerIndex(), datagram.writerIndex(), settings.loop().ticker().nanoTime());
        }
    }

    @Override
    public void tracks(List<Track> tracks) {
        events.tracks(tracks);
    }

    @Override
    public void sample(Sample sample) {
        events.sample(sample);
    }

    @Override
    public void bye() {
        fail("ended the stream");
    }

    @Override
    public void redirected(Optional<String> location, String status) {
        parent.redirected(location, status);
    }

    @Override
    public void failed(String reason) {
        fail(reason);
    }

    private void fail(String reason) {
        if (!closed) {
            parent.failed(reason);
        }
    }

    /** Ends the session, with a TEARDOWN when there is one. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (keepAlive != null) {
            keepAlive.cancel(false);
        }
        if (reports != null) {
            reports.cancel(false);
        }
        connection.close(sessionId.isEmpty()
                ? Optional.empty()
                : Optional.of(() -> connection.ask("TEARDOWN", control, sessionHeader(), answer -> {})));
        ports.forEach(UdpPorts::close);
        recoders.forEach(G711ToAac::close);
        session.close();
    }
}
