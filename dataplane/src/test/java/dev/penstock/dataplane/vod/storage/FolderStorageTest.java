package dev.penstock.dataplane.vod.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.store.Content;
import dev.penstock.dataplane.store.PutOptions;
import dev.penstock.dataplane.store.memory.MemoryObjectStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FolderStorageTest {
    @TempDir
    Path folder;
    private Path root;
    private FolderStorage storage;

    @BeforeEach
    void fill() throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        Files.createDirectories(root.resolve("a"));
        Files.writeString(root.resolve("a/film.mp4"), "0123456789");
        Files.writeString(folder.resolve("secret.mp4"), "secret");
        storage = new FolderStorage(root);
    }

    private static String read(SourceFile file, long offset, int length) throws IOException {
        ByteBuf into = Unpooled.buffer();
        file.read(offset, length, into);
        return into.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldReadRanges() throws IOException {
        try (SourceFile file = storage.open("a/film.mp4")) {
            assertThat(file.version()).isEqualTo(storage.look("a/film.mp4"));
            assertThat(file.version().bytes()).isEqualTo(10);
            assertThat(read(file, 3, 4)).isEqualTo("3456");
            assertThatThrownBy(() -> read(file, 8, 3)).isInstanceOf(EOFException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.mp4", "a/../../secret.mp4", "a", ".", "", "missing.mp4", "out.mp4",
            "outside/secret.mp4",
            "a/film.mp4/x", "loop/x"})
    void shouldReadNothingElse(String path) throws IOException {
        Files.createSymbolicLink(root.resolve("out.mp4"), folder.resolve("secret.mp4"));
        Files.createSymbolicLink(root.resolve("outside"), folder);
        Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));
        assertThatThrownBy(() -> storage.look(path)).isInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> storage.open(path)).isInstanceOf(FileSystemException.class);
    }

    @Test
    void shouldFollowLinksThatStayInside() throws IOException {
        Files.createSymbolicLink(root.resolve("link.mp4"), Path.of("a/film.mp4"));
        try (SourceFile file = storage.open("link.mp4")) {
            assertThat(read(file, 0, 1)).isEqualTo("0");
        }
    }

    @Test
    void shouldTellAChangedFileFromAnOldOne() throws IOException {
        FileVersion before = storage.look("a/film.mp4");
        Files.writeString(root.resolve("a/film.mp4"), "01234567890");
        FileVersion after = storage.look("a/film.mp4");
        assertThat(after).isNotEqualTo(before);
        assertThat(after.tag()).isNotEqualTo(before.tag()).matches("[0-9a-z]+");
        assertThat(new FileVersion(5, Instant.EPOCH).tag())
                .isNotEqualTo(new FileVersion(5, Instant.EPOCH.plusNanos(1)).tag());
    }

    @Test
    void shouldSayThatTheFolderIsNotThere() {
        assertThatThrownBy(() -> new FolderStorage(folder.resolve("none")).look("a/film.mp4"))
                .isInstanceOf(IOException.class).isNotInstanceOf(NoSuchFileException.class);
    }

    @Test
    void shouldReadObjectsOfAStore() throws Exception {
        MemoryObjectStore store = new MemoryObjectStore(() -> Instant.EPOCH);
        store.put("films/a.mp4", Content.bytes("0123456789".getBytes(StandardCharsets.UTF_8)),
                PutOptions.immutable("video/mp4"));
        ObjectStorage objects = new ObjectStorage(() -> Optional.of(store));
        try (SourceFile file = objects.open("films/a.mp4")) {
            assertThat(file.version().bytes()).isEqualTo(10);
            assertThat(read(file, 3, 4)).isEqualTo("3456");
            assertThatThrownBy(() -> read(file, 8, 3)).isInstanceOf(EOFException.class);
        }
        assertThatThrownBy(() -> objects.look("films/b.mp4")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> objects.look("films/../a.mp4")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> new ObjectStorage(Optional::empty).look("a")).isInstanceOf(IOException.class)
                .isNotInstanceOf(NoSuchFileException.class);
    }

    @Test
    void shouldDecodePathsOfOneSpelling() {
        assertThat(StoragePath.decode(StoragePath.encode("a/Füße 1.mp4"))).contains("a/Füße 1.mp4");
        assertThat(StoragePath.encode("??>")).isEqualTo("Pz8-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a", "a/../b", "/etc/passwd", "a//b", "a/", "", ".", "a/./b", "a\0b", "a\\b", "a\nb"})
    void shouldTakeNoOtherPaths(String path) {
        assertThat(StoragePath.decode(StoragePath.encode(path))).isEmpty();
    }

    @Test
    void shouldTakeNoOtherSpellings() {
        String key = StoragePath.encode("ab??.mp4");
        assertThat(StoragePath.decode(key)).isPresent();
        assertThat(StoragePath.decode(key + "=")).isEmpty();
        assertThat(StoragePath.decode(key + " ")).isEmpty();
        assertThat(StoragePath.decode("YQ==")).isEmpty();
        assertThat(StoragePath.decode("YR")).as("bits that are not used").isEmpty();
        assertThat(StoragePath.decode("Pz8+")).as("the other alphabet").isEmpty();
        assertThat(StoragePath
                .decode(Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[]{'a', (byte) 0xFF})))
                .as("not UTF-8").isEmpty();
        assertThat(StoragePath.decode("YWFh".repeat(400))).as("too long").isEmpty();
    }
}
