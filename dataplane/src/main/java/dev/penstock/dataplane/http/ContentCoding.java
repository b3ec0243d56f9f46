package dev.penstock.dataplane.http;

/** Content codings that a client takes (RFC 9110 12.5.3). */
public final class ContentCoding {
    private ContentCoding() {}

    /**
     * Whether gzip is named and not refused.
     *
     * @param acceptEncoding value of the Accept-Encoding header; empty when there is none
     */
    public static boolean takesGzip(String acceptEncoding) {
        for (String item : acceptEncoding.split(",")) {
            String[] parts = item.split(";");
            if (parts[0].strip().equalsIgnoreCase("gzip")) {
                return parts.length < 2 || !parts[1].strip().matches("q=0(\\.0{0,3})?");
            }
        }
        return false;
    }
}
