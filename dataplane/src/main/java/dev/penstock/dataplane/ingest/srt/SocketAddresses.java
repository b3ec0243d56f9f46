package dev.penstock.dataplane.ingest.srt;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/** {@code struct sockaddr_in} and {@code sockaddr_in6} of Linux. */
final class SocketAddresses {
    /** Size of the larger one. */
    static final long MAX_BYTES = 28;

    private static final int V4_BYTES = 16;
    private static final short AF_INET = 2;
    private static final short AF_INET6 = 10;
    private static final ValueLayout.OfShort NETWORK = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketAddresses() {}

    /** Writes an address that is resolved. */
    static MemorySegment write(InetSocketAddress address, SegmentAllocator memory) {
        InetAddress host = address.getAddress();
        boolean isV6 = host instanceof Inet6Address;
        MemorySegment out = memory.allocate(isV6 ? MAX_BYTES : V4_BYTES, 8);
        out.set(ValueLayout.JAVA_SHORT, 0, isV6 ? AF_INET6 : AF_INET);
        out.set(NETWORK, 2, (short) address.getPort());
        out.asSlice(isV6 ? 8 : 4).copyFrom(MemorySegment.ofArray(host.getAddress()));
        if (host instanceof Inet6Address v6) {
            out.set(ValueLayout.JAVA_INT, 24, v6.getScopeId());
        }
        return out;
    }

    /** Reads an address; a v4 address in v6 form becomes v4. */
    static InetSocketAddress read(MemorySegment in) {
        boolean isV6 = in.get(ValueLayout.JAVA_SHORT_UNALIGNED, 0) == AF_INET6;
        byte[] host = in.asSlice(isV6 ? 8 : 4, isV6 ? 16 : 4).toArray(ValueLayout.JAVA_BYTE);
        int high = in.get(ValueLayout.JAVA_BYTE, 2) & 0xFF;
        int low = in.get(ValueLayout.JAVA_BYTE, 3) & 0xFF;
        try {
            return new InetSocketAddress(InetAddress.getByAddress(host), high << 8 | low);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
