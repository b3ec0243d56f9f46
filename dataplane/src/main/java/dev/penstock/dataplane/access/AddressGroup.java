package dev.penstock.dataplane.access;

import java.util.HexFormat;

/** What counts as one address: all of IPv4, of IPv6 the network of 64 bits, since one subscriber has all of that. */
final class AddressGroup {
    private static final int NETWORK_BYTES = 8;

    private AddressGroup() {}

    /** The group of an address; the text itself when it is none. */
    static String of(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        byte[] bytes = TrustedProxies.bytes(address);
        if (bytes.length <= 4) {
            return address;
        }
        return HexFormat.of().formatHex(bytes, 0, NETWORK_BYTES);
    }
}
