package dev.penstock.dataplane.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamSpec;
import dev.penstock.dataplane.resource.Problem;
import dev.penstock.dataplane.resource.ResourceListener;
import dev.penstock.dataplane.resource.ResourceSource;
import dev.penstock.dataplane.resource.ResourceSourceException;
import dev.penstock.dataplane.resource.ResourceView;
import dev.penstock.dataplane.resource.SecretData;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Resources of a folder, with {@code spec.offline} of streams as the API has said: that is kept in a file, and holds until the folder
 * says something else than it did then, or the stream is gone. The newest word counts, as with a resource in a cluster. Any
 * thread; one lock, held while the listener is told, which therefore hears one thing at a time.
 */
final class OfflineSwitch implements ResourceSource {
    private static final Logger LOG = LoggerFactory.getLogger(OfflineSwitch.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ResourceSource folder;
    private final Path file;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, LiveStream> streams = new HashMap<>();
    private final Map<String, Said> said = new TreeMap<>();
    private @Nullable ResourceListener listener;

    /**
     * What the API has said of a stream.
     *
     * @param offline what holds
     * @param over what the folder said then
     */
    record Said(boolean offline, boolean over) {}

    /** @param file where it is kept; made when there is something to keep */
    OfflineSwitch(ResourceSource folder, Path file) {
        this.folder = folder;
        this.file = file;
    }

    /**
     * Switches a stream; it has happened when this returns.
     *
     * @return false when there is no such stream
     * @throws IOException when it cannot be kept; then nothing is switched
     */
    boolean set(String id, boolean offline) throws IOException {
        lock.lock();
        try {
            LiveStream own = streams.get(id);
            if (own == null || listener == null) {
                return false;
            }
            LiveStream before = effective(own);
            Map<String, Said> now = new TreeMap<>(said);
            if (isOffline(own) == offline) {
                now.remove(id);
            } else {
                now.put(id, new Said(offline, isOffline(own)));
            }
            if (!now.equals(said)) {
                save(now);
                said.clear();
                said.putAll(now);
                listener.applied(before, effective(own));
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void start(ResourceListener heard) throws ResourceSourceException {
        lock.lock();
        try {
            said.putAll(load());
            listener = heard;
            folder.start(new Switched(heard));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void stop() {
        folder.stop();
    }

    @Override
    public ResourceView view() {
        return folder.view();
    }

    @Override
    public Optional<SecretData> secret(String namespace, String name) {
        return folder.secret(namespace, name);
    }

    @Override
    public void refreshSecret(String namespace, String name) {
        folder.refreshSecret(namespace, name);
    }

    private LiveStream effective(LiveStream own) {
        Said word = said.get(LiveStreams.id(own));
        if (word == null) {
            return own;
        }
        ObjectNode spec = JSON.valueToTree(own.getSpec());
        spec.put("offline", word.offline());
        LiveStream changed = new LiveStream();
        changed.setMetadata(own.getMetadata());
        changed.setSpec(JSON.convertValue(spec, LiveStreamSpec.class));
        return changed;
    }

    private void forget(String id) {
        if (said.remove(id) != null) {
            try {
                save(said);
            } catch (IOException e) {
                LOG.atWarn().addKeyValue(LogKeys.FILE, file).addKeyValue(LogKeys.STREAM, id).setCause(e)
                        .log("Offline switch not forgotten on disk");
            }
        }
    }

    private static boolean isOffline(LiveStream stream) {
        return Boolean.TRUE.equals(stream.getSpec().offline());
    }

    private Map<String, Said> load() {
        try {
            return JSON.readValue(Files.readAllBytes(file), new TypeReference<>() {});
        } catch (NoSuchFileException e) {
            return Map.of();
        } catch (IOException e) {
            LOG.atError().addKeyValue(LogKeys.FILE, file).setCause(e)
                    .log("Offline switches not readable; streams are as the folder says");
            return Map.of();
        }
    }

    private void save(Map<String, Said> all) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.write(next, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(all));
        try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Hears of the folder and passes on what holds. */
    private final class Switched implements ResourceListener {
        private final ResourceListener to;

        Switched(ResourceListener to) {
            this.to = to;
        }

        @Override
        public void applied(@Nullable HasMetadata old, HasMetadata now) {
            locked(() -> {
                if (!(now instanceof LiveStream stream)) {
                    to.applied(old, now);
                    return;
                }
                String id = LiveStreams.id(stream);
                HasMetadata before = old instanceof LiveStream was ? effective(was) : old;
                Said word = said.get(id);
                if (word != null && word.over() != isOffline(stream)) {
                    forget(id);
                }
                streams.put(id, stream);
                to.applied(before, effective(stream));
            });
        }

        @Override
        public void deleted(HasMetadata last) {
            locked(() -> {
                if (last instanceof LiveStream stream) {
                    forget(LiveStreams.id(stream));
                    streams.remove(LiveStreams.id(stream));
                }
                to.deleted(last);
            });
        }

        @Override
        public void moved(HasMetadata last) {
            locked(() -> to.moved(last));
        }

        @Override
        public void problems(List<Problem> all) {
            locked(() -> to.problems(all));
        }

        @Override
        public void secretChanged(String namespace, String name) {
            locked(() -> to.secretChanged(namespace, name));
        }

        @Override
        public void permitsChanged() {
            locked(to::permitsChanged);
        }

        private void locked(Runnable telling) {
            lock.lock();
            try {
                telling.run();
            } finally {
                lock.unlock();
            }
        }
    }
}
