package dev.penstock.dataplane.access;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whose word counts about where a request comes from. A proxy adds the address that it sees as the last one of
 * {@code X-Forwarded-For}; what stands before that anybody may have written, so only the last is taken, and only from a peer
 * that is listed. Immutable.
 */
public final class TrustedProxies {
    /** Nobody's. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    /** All four numbers: shorter forms mean something else to others. */
    private static final Pattern QUAD = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private final List<Range> ranges;

    /** A network: the first {@code bits} bits of an address. */
    private record Range(byte[] network, int bits) {
        boolean holds(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            int whole = bits / 8;
            int rest = bits % 8;
            return Arrays.equals(address, 0, whole, network, 0, whole)
                    && (rest == 0 || (address[whole] ^ network[whole]) >> (8 - rest) == 0);
        }
    }

    private TrustedProxies(List<Range> ranges) {
        this.ranges = ranges;
    }

    /**
     * Reads a list.
     *
     * @param text {@code none}, {@code private} (loopback, RFC 1918, RFC 6598, RFC 4193 and link-local), addresses and networks
     *     such as {@code 10.0.0.0/8}, comma separated
     * @throws IllegalArgumentException with the offending entry and what was expected
     */
    public static TrustedProxies parse(String text) {
        List<Range> ranges = new ArrayList<>();
        for (String entry : text.split(",", -1)) {
            switch (entry.strip()) {
                case "none" -> {
                    // Adds nobody.
                }
                case "private" -> List.of("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
                        "100.64.0.0/10", "169.254.0.0/16", "::1", "fc00::/7", "fe80::/10")
                        .forEach(network -> ranges.add(range(network)));
                default -> ranges.add(range(entry.strip()));
            }
        }
        return new TrustedProxies(List.copyOf(ranges));
    }

    private static Range range(String entry) {
        int slash = entry.indexOf('/');
        byte[] address = bytes(slash < 0 ? entry : entry.substring(0, slash));
        int most = address.length * 8;
        int bits = slash < 0 ? most : number(entry.substring(slash + 1));
        if (address.length == 0 || bits < 0 || bits > most) {
            throw new IllegalArgumentException(
                    entry + " (expected: none, private, an address or a network such as 10.0.0.0/8)");
        }
        return new Range(address, bits);
    }

    private static int number(String digits) {
        return digits.matches("[0-9]{1,3}") ? Integer.parseInt(digits) : -1;
    }

    /** Whether there is nobody to trust. */
    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /**
     * Address of the client.
     *
     * @param peer address of the connection's other end
     * @param forwardedFor all values of X-Forwarded-For, in their order
     * @return the last of them if the peer is trusted and it is an address; else the peer
     */
    public String client(String peer, List<String> forwardedFor) {
        if (forwardedFor.isEmpty() || !trusts(peer)) {
            return peer;
        }
        String last = forwardedFor.getLast();
        String address = last.substring(last.lastIndexOf(',') + 1).strip();
        return bytes(address).length == 0 ? peer : address;
    }

    private boolean trusts(String peer) {
        byte[] address = bytes(peer);
        return address.length > 0 && ranges.stream().anyMatch(range -> range.holds(address));
    }

    /** Whether a text is an IPv4 or IPv6 address. */
    public static boolean isAddress(String text) {
        return bytes(text).length > 0;
    }

    /** Bytes of an address, IPv4 in four also when it is mapped into IPv6; none when it is no address. */
    static byte[] bytes(String address) {
        boolean looksIt = address.indexOf(':') >= 0 || QUAD.matcher(address).matches();
        try {
            return looksIt ? InetAddress.ofLiteral(address).getAddress() : new byte[0];
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
