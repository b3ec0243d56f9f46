package dev.penstock.dataplane.record;

import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.layout.SessionPath;

/**
 * One Recording, as a recorder needs it.
 *
 * @param identity what is recorded, and by whom
 * @param sessions when a new session begins
 * @param spool where segments are kept until they are uploaded, and after
 * @param store gives the store, asked anew for each upload: changed credentials take effect without a restart
 * @param targetSeconds EXT-X-TARGETDURATION: {@code spec.segment.max} rounded up
 * @param bucketLive whether the store gets a live playlist, rewritten with each segment
 * @param epoch gives the ring epoch under which this process writes, 0 without a ring
 */
public record RecorderConfig(Identity identity, SessionPolicy sessions, SpoolPolicy spool, Supplier<ObjectStore> store,
        int targetSeconds, boolean bucketLive, LongSupplier epoch) {
    /** Refuses a target duration below 1 s. */
    public RecorderConfig {
        if (targetSeconds < 1) {
            throw new IllegalArgumentException("targetSeconds: " + targetSeconds + " (expected: >= 1)");
        }
    }

    /**
     * What is recorded, and by whom.
     *
     * @param namespace namespace of the Recording
     * @param recording name of the Recording
     * @param stream name of the LiveStream
     * @param writer pod or host
     */
    public record Identity(String namespace, String recording, String stream, String writer) {
        /** Refuses names that are none. */
        public Identity {
            SessionPath.streamFolder(namespace, recording, stream);
        }

        /** {@code namespace/recording}, for logs. */
        public String label() {
            return namespace + "/" + recording;
        }
    }

    /**
     * Where segments are kept.
     *
     * @param folder the pod's spool; the recorder uses {@code {namespace}/{recording}/{stream}/} in it
     * @param maxBytes most bytes that this recorder may keep
     */
    public record SpoolPolicy(Path folder, long maxBytes) {}
}
