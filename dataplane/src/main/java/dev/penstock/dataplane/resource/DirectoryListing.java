package dev.penstock.dataplane.resource;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * The YAML files below a directory at one moment. Links are followed, names that begin with a dot are not looked at, so a
 * mounted ConfigMap shows each file once.
 *
 * @param files what tells a changed file from an unchanged one, by its path below the root
 * @param folders the folders looked at
 * @param complete whether there were no more files than are looked at
 */
record DirectoryListing(SortedMap<String, Stamp> files, List<Path> folders, boolean complete) {
    static final int MAX_FILES = 10_000;
    private static final int MAX_DEPTH = 8;

    /** What changes when a file does. */
    record Stamp(long size, FileTime modified, @Nullable Object identity) {}

    /**
     * Lists the files below a directory, or the file itself.
     *
     * @throws IOException when the root cannot be read
     */
    static DirectoryListing of(Path root) throws IOException {
        Collector collector = new Collector(root);
        Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, collector);
        return new DirectoryListing(collector.files, collector.folders, collector.files.size() < MAX_FILES);
    }

    private static final class Collector extends SimpleFileVisitor<Path> {
        private final SortedMap<String, Stamp> files = new TreeMap<>();
        private final List<Path> folders = new ArrayList<>();
        private final Path root;

        Collector(Path root) {
            this.root = root;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (!folder.equals(root) && isHidden(folder)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            folders.add(folder);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml");
            if (attributes.isRegularFile() && (file.equals(root) || (yaml && !isHidden(file)))) {
                String shown = file.equals(root) ? name : root.relativize(file).toString();
                files.put(shown, new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey()));
            }
            return files.size() < MAX_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (file.equals(root)) {
                throw failure;
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        private static boolean isHidden(Path path) {
            return path.getFileName().toString().startsWith(".");
        }
    }
}
