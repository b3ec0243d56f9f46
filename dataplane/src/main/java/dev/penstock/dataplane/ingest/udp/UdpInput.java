package dev.penstock.dataplane.ingest.udp;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.Channels;
import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.OffLoop;
import dev.penstock.dataplane.ingest.input.Reasons;
import dev.penstock.dataplane.ingest.input.SourceUrl;

/**
 * Receives datagrams at a port: of a local address, or of a multicast group ({@code udp://@239.1.1.1:5000?iface=eth0}; without
 * {@code iface} on every interface that can). RTP headers are taken off. One owner: the event loop.
 */
public final class UdpInput implements Input {
    private static final int MAX_DATAGRAM = 65_536;

    private final SourceUrl url;
    private final InputSettings settings;
    private final InputEvents events;
    private @Nullable Channel channel;
    private boolean closed;

    private record Place(InetAddress address, List<NetworkInterface> interfaces) {}

    /**
     * @param url with host and port
     */
    public UdpInput(SourceUrl url, InputSettings settings, InputEvents events) {
        this.url = url;
        this.settings = settings;
        this.events = events;
    }

    @Override
    public void start() {
        OffLoop.call(settings.loop(), this::place, this::bind, this::fail);
    }

    @Override
    public void close() {
        closed = true;
        if (channel != null) {
            channel.close();
        }
    }

    private Place place() throws IOException {
        InetAddress address = InetAddress.getByName(url.host());
        if (!address.isMulticastAddress()) {
            return new Place(address, List.of());
        }
        String name = url.query().get("iface");
        if (name != null) {
            NetworkInterface named = NetworkInterface.getByName(name);
            if (named == null) {
                throw new IOException("no network interface " + name);
            }
            return new Place(address, List.of(named));
        }
        List<NetworkInterface> able = new ArrayList<>();
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            if (each.isUp() && (each.supportsMulticast() || each.isLoopback())) {
                able.add(each);
            }
        }
        return new Place(address, able);
    }

    private void bind(Place place) {
        if (closed) {
            return;
        }
        InetAddress address = place.address();
        boolean multicast = address.isMulticastAddress();
        SocketProtocolFamily family = address instanceof Inet6Address
                ? SocketProtocolFamily.INET6
                : SocketProtocolFamily.INET;
        ChannelFuture binding = new Bootstrap().group(settings.loop())
                .channelFactory(Channels.datagram(settings.loop(), family))
                .option(ChannelOption.SO_RCVBUF, settings.udpReceiveBytes())
                .option(ChannelOption.SO_REUSEADDR, multicast)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM))
                .handler(new DatagramHandler(events, url.remote())).bind(new InetSocketAddress(address, url.port()));
        channel = binding.channel();
        binding.addListener(done -> {
            if (!done.isSuccess()) {
                fail(Reasons.of(done.cause()));
            } else if (multicast) {
                join((DatagramChannel) binding.channel(), place);
            }
        });
    }

    /** Joins on each interface; one that works is enough. */
    private void join(DatagramChannel datagrams, Place place) {
        int[] left = {place.interfaces().size()};
        boolean[] joined = {false};
        if (left[0] == 0) {
            fail("no network interface can receive multicast");
        }
        for (NetworkInterface each : place.interfaces()) {
            datagrams.joinGroup(new InetSocketAddress(place.address(), url.port()), each).addListener(done -> {
                joined[0] |= done.isSuccess();
                if (--left[0] == 0 && !joined[0]) {
                    fail("cannot join the group: " + Reasons.of(done.cause()));
                }
            });
        }
    }

    private void fail(String reason) {
        if (!closed) {
            events.ended(url.remote() + ": " + reason, false);
        }
    }
}
