package dev.penstock.dataplane.store.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.penstock.dataplane.store.ObjectInfo;

/** One page of files in the order of their keys. Used once, by one thread. */
final class FileListing {
    private record Child(String sortName, Path path, BasicFileAttributes attributes) {}

    private final Path root;
    private final String hidden;
    private final String prefix;
    private final String startAfter;
    private final int limit;
    private final List<ObjectInfo> found = new ArrayList<>();

    FileListing(Path root, String hidden, String prefix, String startAfter, int limit) {
        this.root = root;
        this.hidden = hidden;
        this.prefix = prefix;
        this.startAfter = startAfter;
        this.limit = limit;
    }

    List<ObjectInfo> run() throws IOException {
        folder(root, "");
        return found;
    }

    private void folder(Path folder, String keyPrefix) throws IOException {
        for (Child child : children(folder)) {
            if (found.size() >= limit) {
                return;
            }
            String key = keyPrefix + child.sortName;
            if (child.attributes.isDirectory()) {
                if (mayHold(key) && !key.equals(hidden + "/")) {
                    folder(child.path, key);
                }
            } else if (child.attributes.isRegularFile() && key.startsWith(prefix) && key.compareTo(startAfter) > 0) {
                found.add(new ObjectInfo(key, child.attributes.size(),
                        child.attributes.lastModifiedTime().toInstant()));
            }
        }
    }

    /** Whether a folder, given with its slash, can hold keys of this page. */
    private boolean mayHold(String folder) {
        boolean inPrefix = folder.startsWith(prefix) || prefix.startsWith(folder);
        return inPrefix && (startAfter.startsWith(folder) || folder.compareTo(startAfter) > 0);
    }

    /** Sorted with the slash of folders: {@code a-b} comes before {@code a/}, as it does among keys. */
    private static List<Child> children(Path folder) throws IOException {
        List<Child> children = new ArrayList<>();
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                try {
                    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class,
                            LinkOption.NOFOLLOW_LINKS);
                    String slash = attributes.isDirectory() ? "/" : "";
                    children.add(new Child(path.getFileName() + slash, path, attributes));
                } catch (NoSuchFileException e) {
                    // removed while the folder was read
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        children.sort((a, b) -> a.sortName.compareTo(b.sortName));
        return children;
    }
}
