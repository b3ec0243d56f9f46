package dev.penstock.dataplane.app;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * After a restart, uploads what the spool holds of recordings that went to other pods meanwhile. Looks once all resources are
 * known, and again every minute while something could not be found out. Its own thread.
 */
final class SpoolDrain implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolDrain.class);

    private final Path spool;
    private final Recordings recordings;
    private final BooleanSupplier settled;
    private final Finder finder;
    private final Set<String> unknown = new HashSet<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("spool-drain").daemon().unstarted(task));

    /** Finds a recording in the cluster. */
    @FunctionalInterface
    interface Finder {
        /** The recording; nothing when there is none. Blocks, and throws when the cluster does not say. */
        Optional<Recording> find(String namespace, String name);
    }

    /**
     * @param spool folder of the spool
     * @param settled whether all recordings of this pod run
     */
    SpoolDrain(Path spool, Recordings recordings, BooleanSupplier settled, Finder finder) {
        this.spool = spool;
        this.recordings = recordings;
        this.settled = settled;
        this.finder = finder;
    }

    /** Begins. */
    SpoolDrain start() {
        thread.schedule(this::look, 2, TimeUnit.SECONDS);
        return this;
    }

    private void look() {
        boolean done = false;
        try {
            done = settled.getAsBoolean() && drain();
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue(LogKeys.REASON, e.getClass().getSimpleName())
                    .log("What the spool holds for other pods' recordings is looked at later");
        }
        if (!done && !thread.isShutdown()) {
            thread.schedule(this::look, settled.getAsBoolean() ? 60 : 2, TimeUnit.SECONDS);
        }
    }

    /** Whether nothing is left to find out. */
    boolean drain() {
        boolean all = true;
        for (Path namespace : folders(spool)) {
            for (Path recording : folders(namespace)) {
                all &= drain(namespace.getFileName().toString(), recording);
            }
        }
        return all;
    }

    private boolean drain(String namespace, Path folder) {
        String name = folder.getFileName().toString();
        if (folders(folder).stream().allMatch(stream -> folders(stream).isEmpty())) {
            return true;
        }
        Optional<Recording> recording = finder.find(namespace, name);
        if (recording.isPresent()) {
            return recordings.drain(recording.get());
        }
        if (unknown.add(namespace + "/" + name)) {
            LOG.atWarn().addKeyValue(LogKeys.RECORDING, namespace + "/" + name).addKeyValue(LogKeys.FILE, folder)
                    .log("The spool holds segments of a recording that does not exist; they stay there");
        }
        return true;
    }

    private static List<Path> folders(Path of) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(of, Files::isDirectory)) {
            entries.forEach(found::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return found;
        } catch (IOException e) {
            LOG.atWarn().addKeyValue(LogKeys.FILE, of).addKeyValue(LogKeys.REASON, e.getMessage())
                    .log("Spool cannot be looked at");
        }
        return found;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
