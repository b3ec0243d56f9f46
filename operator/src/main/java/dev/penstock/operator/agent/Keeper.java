package dev.penstock.operator.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.operator.haproxy.FrontDoor;
import dev.penstock.operator.haproxy.MapFile;

/**
 * Makes HAProxy what it shall be, files first: whenever HAProxy starts or reloads, it reads the newest. Each call may be repeated,
 * also after any failure. Owned by the agent's one thread.
 */
final class Keeper {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    /** Digest of what the running HAProxy has loaded. */
    private static final String LOADED = "loaded";
    /** The last configuration that HAProxy took. */
    private static final String GOOD = "haproxy.cfg.good";

    private final Folder folder;
    private final Optional<Path> certificate;
    private final RunningHaproxy haproxy;
    private String refused = "";

    Keeper(AgentSettings settings) {
        this.folder = new Folder(settings.folder());
        this.certificate = settings.certificate();
        this.haproxy = new RunningHaproxy(settings.folder());
    }

    /** Writes the files for an HAProxy that starts afterwards. */
    void writeFirst(DesiredFiles files) throws IOException {
        writeMaps(files);
        folder.put(FrontDoor.CONFIGURATION, files.configuration());
        loaded(files);
    }

    /**
     * Writes the files and tells the running HAProxy: a new configuration by a reload, a new map without one.
     *
     * @return true if HAProxy was reloaded; the old worker may have got what was meant for the new one, so look again soon
     */
    boolean sync(DesiredFiles files) throws IOException {
        writeMaps(files);
        boolean isReloaded = reload(files);
        haproxy.apply(files.aliases());
        if (files.partitions().isPresent()) {
            haproxy.apply(files.partitions().get());
        }
        return isReloaded;
    }

    private boolean reload(DesiredFiles files) throws IOException {
        String digest = digest(files.configuration());
        if (digest.equals(refused) || folder.read(LOADED).equals(Optional.of(digest))) {
            return false;
        }
        folder.put(FrontDoor.CONFIGURATION, files.configuration());
        if (haproxy.reload()) {
            refused = "";
            loaded(files);
            LOG.atInfo().log("HAProxy has a new configuration");
            return true;
        }
        LOG.atError().log("HAProxy refuses the new configuration; the old one goes on (its own log says why)");
        refused = digest;
        Optional<String> good = folder.read(GOOD);
        if (good.isPresent()) {
            // Or an HAProxy that starts anew would not start.
            folder.put(FrontDoor.CONFIGURATION, good.get());
            haproxy.reload();
        }
        return true;
    }

    private void writeMaps(DesiredFiles files) throws IOException {
        folder.put(FrontDoor.ALIASES, files.aliases().text());
        Optional<MapFile> partitions = files.partitions();
        if (partitions.isPresent()) {
            folder.put(FrontDoor.PARTITIONS, partitions.get().text());
        } else if (folder.read(FrontDoor.PARTITIONS).isEmpty()) {
            folder.put(FrontDoor.PARTITIONS, "");
        }
    }

    private void loaded(DesiredFiles files) throws IOException {
        folder.put(GOOD, files.configuration());
        folder.put(LOADED, digest(files.configuration()));
    }

    private String digest(String configuration) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(configuration.getBytes(StandardCharsets.UTF_8));
            if (certificate.isPresent()) {
                digest.update(Files.readAllBytes(certificate.get()));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchFileException e) {
            throw new IOException(certificate + " (expected: a certificate)", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
