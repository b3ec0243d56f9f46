package dev.penstock.dataplane.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** Tries a store with a small object below {@code .penstock/}: writes it, reads it back, removes it. */
public final class StoreProbe {
    private static final String FOLDER = ".penstock/check-";
    private static final byte[] CONTENT = "ok\n".getBytes(StandardCharsets.US_ASCII);

    private StoreProbe() {}

    /**
     * Runs the probe. Blocks.
     *
     * @throws StoreException at the first step that fails; the same failure has the same message each time
     */
    public static void run(ObjectStore store) throws StoreException {
        String id = UUID.randomUUID().toString();
        String key = FOLDER + id;
        try {
            store.put(key, Content.bytes(CONTENT), PutOptions.immutable("text/plain"));
            try (StoredObject object = store.get(key, null)) {
                if (!Arrays.equals(object.decoded().readNBytes(CONTENT.length + 1), CONTENT)) {
                    throw new StoreException(StoreException.Kind.UNAVAILABLE,
                            store.name() + ": a probe object was written and reads otherwise", null);
                }
            } catch (IOException e) {
                throw new StoreException(StoreException.Kind.UNAVAILABLE,
                        store.name() + ": a probe object was written and cannot be read to its end", null);
            }
            store.delete(key);
        } catch (StoreException e) {
            throw new StoreException(e.kind(), String.valueOf(e.getMessage()).replace(" " + key, " a probe object"),
                    null);
        }
    }
}
