package dev.penstock.dataplane.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.penstock.dataplane.store.StoreException.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What every store does alike. */
public abstract class ObjectStoreContract {
    private static final PutOptions BINARY = PutOptions.immutable("video/mp2t");

    @TempDir
    Path temp;
    private ObjectStore store;

    /** An empty store. */
    protected abstract ObjectStore open() throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void shouldGiveBackWhatWasStored() throws Exception {
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        ObjectInfo info = store.put("a/b.ts", Content.bytes(bytes), BINARY);
        assertThat(info.bytes()).isEqualTo(bytes.length);
        assertThat(store.head("a/b.ts")).hasValueSatisfying(head -> assertThat(head.bytes()).isEqualTo(bytes.length));
        try (StoredObject object = store.get("a/b.ts", null)) {
            assertThat(object.bytes()).isEqualTo(bytes.length);
            assertThat(object.total()).isEqualTo(bytes.length);
            assertThat(object.body().readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void shouldStoreFiles() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "hello");
        store.put("f", Content.file(file), BINARY);
        assertThat(text("f")).isEqualTo("hello");
    }

    @Test
    void shouldReplaceWhenTheKeyIsTaken() throws Exception {
        store.put("k", Content.bytes("one".getBytes(StandardCharsets.UTF_8)), BINARY);
        store.put("k", Content.bytes("two".getBytes(StandardCharsets.UTF_8)), BINARY);
        assertThat(text("k")).isEqualTo("two");
    }

    @Test
    void shouldGiveTheSameTextWhenCompressed() throws Exception {
        String playlist = "#EXTM3U\n".repeat(1000);
        store.put("p.m3u8", Content.bytes(playlist.getBytes(StandardCharsets.UTF_8)),
                PutOptions.text("application/vnd.apple.mpegurl", "no-cache"));
        assertThat(text("p.m3u8")).isEqualTo(playlist);
    }

    @Test
    void shouldReadRanges() throws Exception {
        store.put("r", Content.bytes("0123456789".getBytes(StandardCharsets.UTF_8)), BINARY);
        assertThat(range("r", 2, 4)).isEqualTo("234");
        assertThat(range("r", 7, Long.MAX_VALUE)).isEqualTo("789");
        assertThat(range("r", 9, 1000)).isEqualTo("9");
        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> range("r", 10, 12))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
    }

    @Test
    void shouldLetGoOfAnObjectReadHalfWay() throws Exception {
        store.put("big", Content.bytes(new byte[4_000_000]), BINARY);
        for (int i = 0; i < 3; i++) {
            try (StoredObject object = store.get("big", null)) {
                assertThat(object.body().readNBytes(10)).hasSize(10);
            }
        }
    }

    @Test
    void shouldSayNotFoundWhenThereIsNone() throws Exception {
        assertThat(store.head("no/such")).isEmpty();
        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store.get("no/such", null))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND)).withMessageContaining("no/such");
        store.delete("no/such");
    }

    @Test
    void shouldDelete() throws Exception {
        store.put("d/e", Content.bytes(new byte[1]), BINARY);
        store.delete("d/e");
        assertThat(store.head("d/e")).isEmpty();
        assertThat(store.list("", "", 10)).isEmpty();
    }

    @Test
    void shouldListInKeyOrderPageByPage() throws Exception {
        List<String> keys = List.of("a-b/1", "a.c", "a/0", "a/1", "a/b/2", "a/c", "a0", "b/1");
        for (String key : keys.reversed()) {
            store.put(key, Content.bytes(new byte[0]), BINARY);
        }
        assertThat(listed("", 3)).isEqualTo(keys);
        assertThat(listed("a/", 2)).containsExactly("a/0", "a/1", "a/b/2", "a/c");
        assertThat(listed("a/b/2", 2)).containsExactly("a/b/2");
        assertThat(store.list("a/", "a/1", 10)).extracting(ObjectInfo::key).containsExactly("a/b/2", "a/c");
        assertThat(store.list("zz/", "", 10)).isEmpty();
    }

    @Test
    void shouldListFolders() throws Exception {
        for (String key : List.of("r/s1/x", "r/s1/y", "r/s2/z", "r/file", "q/s3/z")) {
            store.put(key, Content.bytes(new byte[0]), BINARY);
        }
        assertThat(store.folders("r/")).containsExactly("s1", "s2");
        assertThat(store.folders("")).containsExactly("q", "r");
        assertThat(store.folders("none/")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/", "a//b", "../a", "a/../../b", ".", "a/./b", "a b", "a\nb", "a\\b", "ä"})
    void shouldRefuseKeysThatLeaveTheRootOrAreNoNames(String key) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> store.put(key, Content.bytes(new byte[1]), BINARY))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store.get(key, null))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
    }

    @Test
    void shouldPassTheCheckAndLeaveNothingBehind() throws Exception {
        store.check();
        assertThat(store.list("", "", 10)).isEmpty();
    }

    private String text(String key) throws StoreException, IOException {
        try (StoredObject object = store.get(key, null)) {
            return new String(object.decoded().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String range(String key, long first, long last) throws StoreException, IOException {
        try (StoredObject object = store.get(key, new ByteRange(first, last))) {
            assertThat(object.total()).isEqualTo(10);
            return new String(object.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<String> listed(String prefix, int limit) throws StoreException {
        List<String> keys = new ArrayList<>();
        List<ObjectInfo> page;
        do {
            page = store.list(prefix, keys.isEmpty() ? "" : keys.getLast(), limit);
            assertThat(page).hasSizeLessThanOrEqualTo(limit);
            page.forEach(object -> keys.add(object.key()));
        } while (!page.isEmpty());
        return keys;
    }
}
