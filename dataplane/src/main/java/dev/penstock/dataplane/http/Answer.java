package dev.penstock.dataplane.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.Map;

import io.netty.buffer.ByteBuf;

/** What a handler answered, on its way to the connection. Owns its body until it is written or released. */
sealed interface Answer {
    /** HTTP status that the handler wants. */
    int status();

    /** Content-Type, or empty for none. */
    String contentType();

    /** The handler's headers. */
    Map<String, String> headers();

    /** Bytes of the whole body. */
    long size();

    /** Gives up the body. */
    void release();

    /** A body in memory. */
    record Bytes(int status, String contentType, Map<String, String> headers, ByteBuf body) implements Answer {
        @Override
        public long size() {
            return body.readableBytes();
        }

        @Override
        public void release() {
            body.release();
        }
    }

    /** An open file. */
    record OpenFile(String contentType, Map<String, String> headers, FileChannel file, long size) implements Answer {
        @Override
        public int status() {
            return 200;
        }

        @Override
        public void release() {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A body that is made as the client takes it. */
    record Pulled(String contentType, Map<String, String> headers, PulledBody body) implements Answer {
        @Override
        public int status() {
            return 200;
        }

        @Override
        public long size() {
            return body.size();
        }

        @Override
        public void release() {
            body.close();
        }
    }
}
