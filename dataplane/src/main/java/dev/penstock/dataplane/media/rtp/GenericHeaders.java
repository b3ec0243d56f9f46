package dev.penstock.dataplane.media.rtp;

import java.util.Map;
import java.util.Optional;

/**
 * The shape of AU headers (RFC 3640 3.2.1): a size and an index. Streams with time stamps or states in the headers, which AAC has
 * no use for, are not served.
 *
 * @param sizeBits of the size of an access unit
 * @param indexBits of the first header's index
 * @param deltaBits of the other headers' index
 */
record GenericHeaders(int sizeBits, int indexBits, int deltaBits) {
    /** The shape that parameters tell; with none, that of the mode AAC-hbr. Empty when it is not served. */
    static Optional<GenericHeaders> of(Map<String, String> parameters) {
        boolean low = parameters.getOrDefault("mode", "").equalsIgnoreCase("AAC-lbr");
        GenericHeaders told = new GenericHeaders(RtpFormat.number(parameters, "sizelength", low ? 6 : 13),
                RtpFormat.number(parameters, "indexlength", low ? 2 : 3),
                RtpFormat.number(parameters, "indexdeltalength", low ? 2 : 3));
        boolean more = RtpFormat.number(parameters, "ctsdeltalength", 0) > 0
                || RtpFormat.number(parameters, "dtsdeltalength", 0) > 0
                || RtpFormat.number(parameters, "streamstateindication", 0) > 0
                || RtpFormat.number(parameters, "auxiliarydatasizelength", 0) > 0
                || RtpFormat.number(parameters, "constantsize", 0) > 0;
        boolean sane = told.sizeBits >= 4 && told.sizeBits <= 16 && told.indexBits <= 8 && told.deltaBits <= 8;
        return sane && !more ? Optional.of(told) : Optional.empty();
    }
}
