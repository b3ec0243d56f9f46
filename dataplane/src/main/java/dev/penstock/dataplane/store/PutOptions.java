package dev.penstock.dataplane.store;

/**
 * How an object is stored.
 *
 * @param contentType Content-Type that web servers in front of the store give
 * @param cacheControl Cache-Control, empty for none
 * @param gzip compress, with Content-Encoding, where the store keeps headers; stores that keep none store plain
 */
public record PutOptions(String contentType, String cacheControl, boolean gzip) {
    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    /** For objects that never change. */
    public static PutOptions immutable(String contentType) {
        return new PutOptions(contentType, FOR_EVER, false);
    }

    /**
     * For compressible text.
     *
     * @param contentType Content-Type
     * @param cacheControl Cache-Control
     */
    public static PutOptions text(String contentType, String cacheControl) {
        return new PutOptions(contentType, cacheControl, true);
    }
}
