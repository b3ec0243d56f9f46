package dev.penstock.dataplane.store.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoreException.Kind;

/** What an error of the file system means. Java tells most of them apart by the system's text only. */
final class FileFaults {
    private FileFaults() {}

    static StoreException of(String store, String what, IOException e) {
        String reason = reason(e);
        return new StoreException(kind(e, reason.toLowerCase(Locale.ROOT)),
                store + ": cannot " + what + ": " + reason, e);
    }

    private static Kind kind(IOException e, String reason) {
        if (e instanceof NoSuchFileException) {
            return Kind.NOT_FOUND;
        }
        if (e instanceof AccessDeniedException || reason.contains("read-only file system")
                || reason.contains("operation not permitted")) {
            return Kind.REFUSED;
        }
        if (reason.contains("no space left") || reason.contains("quota exceeded")) {
            return Kind.FULL;
        }
        if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException
                || reason.contains("not a directory") || reason.contains("is a directory")
                || reason.contains("file name too long") || reason.contains("symbolic link")) {
            return Kind.INVALID;
        }
        return Kind.UNAVAILABLE;
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "no such file";
            case AccessDeniedException denied -> "permission denied";
            case FileAlreadyExistsException exists -> "a file stands where a folder is needed";
            case FileSystemException fault when fault.getReason() != null -> fault.getReason();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
