package dev.penstock.dataplane.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * An open object. Used by one thread; whoever got it closes it.
 *
 * @param body the bytes asked for, as stored
 * @param bytes how many bytes {@link #body} has
 * @param total length of the whole object as stored
 * @param contentEncoding Content-Encoding of the whole object: {@code gzip}, or empty
 */
public record StoredObject(InputStream body, long bytes, long total,
        String contentEncoding) implements AutoCloseable {
    /**
     * The body without its encoding; only for whole objects.
     *
     * @throws IOException when the encoding is broken
     */
    public InputStream decoded() throws IOException {
        return contentEncoding.equals("gzip") ? new GZIPInputStream(body) : body;
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
