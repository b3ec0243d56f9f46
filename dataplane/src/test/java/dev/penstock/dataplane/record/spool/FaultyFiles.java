package dev.penstock.dataplane.record.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A disk that can die at a step, leaving half a file, or be full. */
public final class FaultyFiles implements SpoolFiles {
    private final SpoolFiles disk = new DiskFiles();
    private int stepsLeft = Integer.MAX_VALUE;
    private volatile boolean full;
    private volatile boolean stuck;

    /** The process dies here. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Dies in the step after this many. */
    public void crashAfter(int steps) {
        stepsLeft = steps;
    }

    /** From now on there is no space, or there is again. */
    public void full(boolean now) {
        full = now;
    }

    /** From now on writes hang until they are let go. */
    public synchronized void stuck(boolean now) {
        stuck = now;
        notifyAll();
    }

    private boolean dies() {
        return stepsLeft-- <= 0;
    }

    private void step() {
        if (dies()) {
            throw new Crash();
        }
    }

    private void room(Path path) throws IOException {
        if (full) {
            throw new FileSystemException(path.toString(), null, "No space left on device");
        }
        synchronized (this) {
            while (stuck) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        }
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        step();
        disk.createFolders(folder);
    }

    @Override
    public void write(Path file, ByteBuffer[] content) throws IOException {
        room(file);
        if (dies()) {
            byte[] half = new byte[content.length == 0 ? 0 : content[0].remaining() / 2];
            Files.write(file, half, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
            throw new Crash();
        }
        disk.write(file, content);
    }

    @Override
    public void append(Path file, String text) throws IOException {
        if (dies()) {
            disk.append(file, text.substring(0, text.length() / 2));
            throw new Crash();
        }
        disk.append(file, text);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step();
        disk.rename(from, to);
    }

    @Override
    public void sync(Path path) throws IOException {
        step();
        disk.sync(path);
    }

    @Override
    public void delete(Path path) throws IOException {
        step();
        disk.delete(path);
    }

    @Override
    public List<Entry> list(Path folder) throws IOException {
        return disk.list(folder);
    }

    @Override
    public byte[] read(Path file, long limit) throws IOException {
        return disk.read(file, limit);
    }
}
