package dev.penstock.dataplane.ingest.hls;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Optional;

import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** Decrypts one segment of METHOD=AES-128 (RFC 8216 5.2): cipher block chaining, padded as PKCS #7. Used once; one owner. */
final class SegmentCipher {
    /** Bytes of a key. */
    static final int KEY_BYTES = 16;

    private final Cipher cipher;

    /**
     * @param secret the key, {@link #KEY_BYTES}
     * @param key says the initialization vector
     */
    SegmentCipher(byte[] secret, Playlist.Key key) {
        byte[] vector = ByteBuffer.allocate(KEY_BYTES).putLong(key.ivHigh()).putLong(key.ivLow()).array();
        try {
            cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(secret, "AES"), new IvParameterSpec(vector));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Decrypts bytes; some may wait for more.
     *
     * @param bytes ownership passes to this call
     * @return the caller's; may be empty
     */
    ByteBuf update(ByteBuf bytes) {
        byte[] in = ByteBufUtil.getBytes(bytes);
        bytes.release();
        byte[] out = cipher.update(in);
        return out == null ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(out);
    }

    /** The last bytes, the caller's; nothing when the segment was encrypted with another key, or is not whole. */
    Optional<ByteBuf> end() {
        try {
            return Optional.of(Unpooled.wrappedBuffer(cipher.doFinal()));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }
}
