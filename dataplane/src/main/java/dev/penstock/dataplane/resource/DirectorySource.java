package dev.penstock.dataplane.resource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.resource.schema.YamlReader;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Resources from the YAML files of a directory and the folders below it, followed as they change. A change counts when the file
 * looks the same twice, {@value #SETTLE_MILLIS} ms apart, so half-written and just renamed files do no harm; a rescan every
 * {@value #RESCAN_MILLIS} ms catches what the system does not report. Its own thread owns all state; the listener is
 * called on the thread of {@link #start} first and on that thread from then on.
 */
public final class DirectorySource implements ResourceSource {
    private static final Logger LOG = LoggerFactory.getLogger(DirectorySource.class);
    private static final long SETTLE_MILLIS = 150;
    private static final long RESCAN_MILLIS = 5000;

    private final Path root;
    private final DirectoryState state = new DirectoryState();
    private final Map<String, DirectoryListing.Stamp> taken = new HashMap<>();
    private final Map<String, DirectoryListing.Stamp> pending = new HashMap<>();
    private final Set<String> missing = new HashSet<>();
    private @Nullable WatchService watcher;
    private @Nullable Thread thread;
    private volatile boolean stopped;

    /**
     * Resources of a directory, or of one file.
     *
     * @param root the directory; read by {@link #start}
     */
    public DirectorySource(Path root) {
        this.root = root;
    }

    @Override
    public void start(ResourceListener listener) throws ResourceSourceException {
        load(listener);
        try {
            watcher = root.getFileSystem().newWatchService();
            watch(DirectoryListing.of(root).folders());
        } catch (IOException e) {
            LOG.atWarn().addKeyValue(LogKeys.FILE, root).addKeyValue(LogKeys.REASON, e.getMessage())
                    .log("Directory cannot be watched; changes are seen a few seconds later");
        }
        thread = Thread.ofPlatform().name("resource-directory").daemon().start(() -> follow(listener));
    }

    /** Reads everything that is there now, without following it. */
    void load(ResourceListener listener) throws ResourceSourceException {
        DirectoryListing listing;
        try {
            listing = DirectoryListing.of(root);
        } catch (IOException e) {
            throw new ResourceSourceException(root + ": " + reason(e) + " (expected: a directory of YAML files)");
        }
        listing.files().forEach(this::take);
        publish(listing, listener);
    }

    @Override
    public void stop() {
        stopped = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public ResourceView view() {
        return state.view();
    }

    @Override
    public Optional<SecretData> secret(String namespace, String name) {
        return state.secret(namespace, name);
    }

    private void follow(ResourceListener listener) {
        boolean unsettled = false;
        while (!stopped) {
            try {
                awaitChange(unsettled ? SETTLE_MILLIS : RESCAN_MILLIS);
                unsettled = scan(listener);
            } catch (InterruptedException | ClosedWatchServiceException e) {
                break;
            } catch (RuntimeException e) {
                LOG.atError().addKeyValue(LogKeys.FILE, root).setCause(e)
                        .log("Directory scan failed; the last state stays");
                unsettled = false;
            }
        }
        closeWatcher();
    }

    private void awaitChange(long millis) throws InterruptedException {
        if (watcher == null) {
            TimeUnit.MILLISECONDS.sleep(Math.min(millis, RESCAN_MILLIS / 2));
            return;
        }
        WatchKey key = watcher.poll(millis, TimeUnit.MILLISECONDS);
        while (key != null) {
            key.pollEvents();
            key.reset();
            key = watcher.poll();
        }
    }

    /**
     * Looks once and takes in what has settled since the look before.
     *
     * @return whether something has changed that must be looked at again
     */
    boolean scan(ResourceListener listener) {
        DirectoryListing listing;
        try {
            listing = DirectoryListing.of(root);
            watch(listing.folders());
        } catch (IOException e) {
            state.publish(List.of(Problem.ofFile(root.toString(), 0, reason(e) + "; what was read last stays")),
                    listener);
            return false;
        }
        boolean changed = false;
        for (Map.Entry<String, DirectoryListing.Stamp> file : listing.files().entrySet()) {
            if (file.getValue().equals(taken.get(file.getKey()))) {
                pending.remove(file.getKey());
            } else if (file.getValue().equals(pending.put(file.getKey(), file.getValue()))) {
                take(file.getKey(), file.getValue());
                changed = true;
            }
        }
        changed |= forgetMissing(listing.files().keySet());
        pending.keySet().retainAll(listing.files().keySet());
        // Also when no file changed: the problem of an unreadable directory may be over.
        publish(listing, listener);
        if (changed) {
            LOG.atDebug().addKeyValue(LogKeys.FILE, root).addKeyValue(LogKeys.COUNT, listing.files().size())
                    .log("Directory read again");
        }
        return !pending.isEmpty() || !missing.isEmpty();
    }

    private boolean forgetMissing(Set<String> present) {
        missing.removeAll(present);
        boolean changed = false;
        for (String file : List.copyOf(taken.keySet())) {
            if (!present.contains(file) && !missing.add(file)) {
                missing.remove(file);
                taken.remove(file);
                state.remove(file);
                changed = true;
            }
        }
        return changed;
    }

    private void take(String name, DirectoryListing.Stamp stamp) {
        pending.remove(name);
        taken.put(name, stamp);
        Path file = Files.isDirectory(root) ? root.resolve(name) : root;
        try (InputStream in = Files.newInputStream(file)) {
            state.put(name, in.readNBytes(YamlReader.MAX_BYTES + 1));
        } catch (IOException e) {
            state.putUnreadable(name, reason(e) + " (expected: a readable file)");
        }
    }

    private void publish(DirectoryListing listing, ResourceListener listener) {
        List<Problem> problems = new ArrayList<>();
        if (!listing.complete()) {
            problems.add(Problem.ofFile(root.toString(), 0,
                    "too many files (expected: fewer than " + DirectoryListing.MAX_FILES + ")"));
        }
        state.publish(problems, listener);
    }

    private void watch(List<Path> folders) throws IOException {
        if (watcher != null) {
            for (Path folder : folders.isEmpty() ? List.of(root.toAbsolutePath().getParent()) : folders) {
                folder.register(watcher, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
            }
        }
    }

    private void closeWatcher() {
        if (watcher != null) {
            try {
                watcher.close();
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("Watch not closed");
            }
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "no such file or directory";
            case AccessDeniedException denied -> "permission denied";
            default -> "cannot be read: " + e.getMessage();
        };
    }
}
