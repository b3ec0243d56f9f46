package dev.penstock.dataplane.store.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.dataplane.store.Content;
import dev.penstock.dataplane.store.ObjectInfo;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.ObjectStoreContract;
import dev.penstock.dataplane.store.PutOptions;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoreException.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FileObjectStoreTest extends ObjectStoreContract {
    private static final PutOptions OPTIONS = PutOptions.immutable("text/plain");

    @TempDir
    Path folder;

    @Override
    protected ObjectStore open() {
        return new FileObjectStore(folder.resolve("root"), InstantSource.system());
    }

    @Test
    void shouldNeitherFollowNorListSymbolicLinks() throws Exception {
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        Path root = Files.createDirectories(folder.resolve("root"));
        Files.createSymbolicLink(root.resolve("out"), outside);
        Files.createSymbolicLink(root.resolve("link"), outside.resolve("secret"));
        try (ObjectStore store = open()) {
            assertKind(Kind.INVALID, () -> store.get("out/secret", null));
            assertKind(Kind.INVALID, () -> store.get("link", null));
            assertKind(Kind.INVALID, () -> store.put("out/new", bytes("x"), OPTIONS));
            assertThat(store.list("", "", 10)).isEmpty();
            assertThat(outside.resolve("new")).doesNotExist();
            store.put("link", bytes("mine"), OPTIONS);
            assertThat(outside.resolve("secret")).hasContent("secret");
        }
    }

    @Test
    void shouldRefuseAKeyBelowAnObject() throws Exception {
        try (ObjectStore store = open()) {
            store.put("a", bytes("x"), OPTIONS);
            assertKind(Kind.INVALID, () -> store.put("a/b", bytes("x"), OPTIONS));
            assertThat(store.head("a/b")).isEmpty();
        }
    }

    @Test
    void shouldHideAndLaterRemoveWhatACrashLeft() throws Exception {
        Path temp = Files.createDirectories(folder.resolve("root/.penstock-tmp"));
        Files.writeString(temp.resolve("half"), "ha");
        try (ObjectStore store = open()) {
            assertThat(store.list("", "", 10)).isEmpty();
            store.check();
            assertThat(temp.resolve("half")).exists();
        }
        InstantSource later = InstantSource.offset(InstantSource.system(), Duration.ofDays(2));
        try (ObjectStore store = new FileObjectStore(folder.resolve("root"), later)) {
            store.check();
            assertThat(temp.resolve("half")).doesNotExist();
        }
    }

    @Test
    void shouldTellAFullDiskFromOthers() {
        assertThat(kind(new FileSystemException("/x", null, "No space left on device"))).isEqualTo(Kind.FULL);
        assertThat(kind(new IOException("Disk quota exceeded"))).isEqualTo(Kind.FULL);
        assertThat(kind(new FileSystemException("/x", null, "Read-only file system"))).isEqualTo(Kind.REFUSED);
        assertThat(kind(new IOException("Input/output error"))).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void shouldSayWhyItCannotBeWritten() throws Exception {
        Path file = Files.writeString(folder.resolve("plain"), "");
        try (ObjectStore store = new FileObjectStore(file, InstantSource.fixed(Instant.EPOCH))) {
            assertThatExceptionOfType(StoreException.class).isThrownBy(store::check).withMessageContaining("plain");
        }
    }

    @Test
    void shouldReadTheTimeOfTheFile() throws Exception {
        try (ObjectStore store = open()) {
            ObjectInfo info = store.put("a", bytes("x"), OPTIONS);
            assertThat(info.modified())
                    .isEqualTo(Files.getLastModifiedTime(folder.resolve("root/a")).toInstant());
        }
    }

    private static Content bytes(String text) {
        return Content.bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Kind kind(IOException e) {
        return FileFaults.of("file:/x", "store k", e).kind();
    }

    private interface Call {
        Object run() throws StoreException;
    }

    private static void assertKind(Kind kind, Call call) {
        assertThatExceptionOfType(StoreException.class).isThrownBy(call::run)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
