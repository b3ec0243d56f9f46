package dev.penstock.dataplane.vod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.dataplane.FakeExchange;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.vod.storage.FolderStorage;
import dev.penstock.dataplane.vod.storage.Storage;
import dev.penstock.dataplane.vod.storage.StoragePath;

import static org.assertj.core.api.Assertions.assertThat;

class FileStreamsTest {
    @TempDir
    Path folder;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final AtomicLong nanos = new AtomicLong();
    private final Router router = new Router();
    private FileStreams files;

    @BeforeEach
    void start() throws IOException {
        copy("progressive-bframes.mp4", "film.mp4");
        files = files(1 << 20);
        files.routes(router);
    }

    private FileStreams files(long indexBytes) {
        Map<String, Storage> storages = Map.of("media", new FolderStorage(folder));
        return new FileStreams(name -> Optional.ofNullable(storages.get(name)), Runnable::run, indexBytes, nanos::get,
                new VodMetrics(registry));
    }

    @AfterEach
    void stop() {
        files.close();
        channel.finishAndReleaseAll();
        assertThat(registry.get("penstock.vod.files").gauge().value()).isZero();
        assertThat(registry.get("penstock.vod.index").gauge().value()).isZero();
    }

    private void copy(String resource, String name) throws IOException {
        Path next = folder.resolve(name + ".next");
        Files.write(next, MediaFile.read(resource));
        Files.move(next, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    private static HttpHandler handler(Router router, String pattern) {
        return router.routes().stream().filter(route -> route.pattern().equals(pattern)).findFirst().orElseThrow()
                .handler();
    }

    private FakeExchange get(String storage, String key, String rest) {
        FakeExchange exchange = new FakeExchange(channel).param("storage", storage).param("key", key);
        String[] parts = rest.split("/");
        String pattern = "/hls/{storage}/{key}/";
        exchange.param("file", parts[parts.length - 1]);
        if (rest.equals("manifest.mpd")) {
            pattern = "/dash/{storage}/{key}/manifest.mpd";
        } else if (rest.equals("index.m3u8")) {
            pattern += "index.m3u8";
        } else if (parts.length == 1) {
            pattern += "{file}";
        } else {
            exchange.param("version", parts[0]).param("rendition", parts[1]);
            pattern += parts.length == 4 ? "{version}/{rendition}/time/{file}" : "{version}/{rendition}/{file}";
        }
        return exchange.handledBy(handler(router, pattern));
    }

    private FakeExchange film(String rest) {
        return get("media", StoragePath.encode("film.mp4"), rest);
    }

    private double count(String meter) {
        return registry.get(meter).counter().count();
    }

    private String version() {
        String tag = film("video.m3u8").text();
        String init = tag.substring(tag.indexOf("URI=\"") + 5);
        return init.substring(0, init.indexOf('/'));
    }

    @Test
    void shouldServePlaylistsAndSegmentsOfAFileThatIsOpenedOnce() {
        FakeExchange master = film("index.m3u8");
        assertThat(master.status()).isEqualTo(200);
        assertThat(master.headers()).containsEntry("Cache-Control", "public, max-age=10").containsKey("ETag");
        assertThat(master.text()).contains("video.m3u8", "audio2.m3u8");
        assertThat(film("manifest.mpd").text()).contains("type=\"static\"");
        String version = version();
        FakeExchange init = film(version + "/video/init-0.mp4");
        assertThat(init.headers().get("Cache-Control")).contains("immutable");
        assertThat(init.answerBody().release()).isTrue();
        ByteBuf numbered = film(version + "/audio/1.m4s").answerBody();
        long start = numbered.getLong(numbered.readerIndex() + 28 + 8 + 16 + 8 + 16 + 12 + 4);
        assertThat(start).isPositive();
        FakeExchange timed = film(version + "/video/time/76800.m4s");
        assertThat(timed.contentType()).isEqualTo("video/mp4");
        ByteBuf same = film(version + "/video/1.m4s").answerBody();
        assertThat(timed.answerBody()).isEqualTo(same);
        numbered.release();
        same.release();
        timed.answerBody().release();
        assertThat(count("penstock.vod.opens")).isEqualTo(1);
        assertThat(count("penstock.vod.segments")).isEqualTo(3);
    }

    @Test
    void shouldRefuseWhatIsNotThere() {
        assertThat(get("other", StoragePath.encode("film.mp4"), "index.m3u8").status()).isEqualTo(404);
        assertThat(get("media", "Zmls+bQ", "index.m3u8").status()).isEqualTo(400);
        assertThat(get("media", StoragePath.encode("../film.mp4"), "index.m3u8").status()).isEqualTo(400);
        assertThat(get("media", StoragePath.encode("missing.mp4"), "index.m3u8").status()).isEqualTo(404);
        assertThat(film("audio9.m3u8").status()).isEqualTo(404);
        assertThat(film("poster.jpg").status()).isEqualTo(404);
        String version = version();
        for (String name : new String[]{"2.m4s", "-1.m4s", "01.m4s", "9999999999999999999.m4s", "x.m4s", "1.ts"}) {
            assertThat(film(version + "/video/" + name).status()).as(name).isEqualTo(404);
        }
        assertThat(film(version + "/video/time/1.m4s").status()).isEqualTo(404);
        assertThat(film("old/video/1.m4s").text()).contains("the file has changed");
    }

    @Test
    void shouldSayWhyAFileIsNotServed() throws IOException {
        Files.write(folder.resolve("clip.ts"), MediaFile.read("h264-aac.ts"));
        FakeExchange answer = get("media", StoragePath.encode("clip.ts"), "index.m3u8");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).isEqualTo("clip.ts: MPEG-TS files: not served yet (expected: MP4 or MOV)");
        assertThat(count("penstock.vod.refused")).isEqualTo(1);
    }

    @Test
    void shouldNoticeThatAFileWasReplaced() throws IOException {
        String before = version();
        copy("progressive-hevc.mp4", "film.mp4");
        nanos.addAndGet(999_999_999);
        assertThat(version()).as("not looked at again yet").isEqualTo(before);
        nanos.addAndGet(1);
        assertThat(version()).isNotEqualTo(before);
        assertThat(film("index.m3u8").text()).contains("hvc1.");
        assertThat(film(before + "/video/0.m4s").status()).isEqualTo(404);
        assertThat(count("penstock.vod.changed")).isEqualTo(1);
        assertThat(count("penstock.vod.opens")).isEqualTo(2);
        Files.delete(folder.resolve("film.mp4"));
        nanos.addAndGet(2_000_000_000);
        assertThat(film("index.m3u8").status()).isEqualTo(404);
    }

    @Test
    void shouldNoticeThatAFileHasGrown() throws IOException {
        byte[] whole = MediaFile.read("progressive-bframes.mp4");
        Path file = folder.resolve("film.mp4");
        Files.write(file, Arrays.copyOf(whole, whole.length - 1000));
        assertThat(film("index.m3u8").text()).contains("is it still being written?");
        Files.write(file, whole);
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        assertThat(film("index.m3u8").status()).as("what was refused is looked at each time").isEqualTo(200);
    }

    @Test
    void shouldGiveUpFilesByMemory() throws IOException {
        files.close();
        files = files(20_000);
        Router small = new Router();
        files.routes(small);
        copy("progressive-bframes.mp4", "b.mp4");
        for (String name : new String[]{"film.mp4", "b.mp4", "film.mp4"}) {
            assertThat(new FakeExchange(channel).param("storage", "media").param("key", StoragePath.encode(name))
                    .handledBy(handler(small, "/hls/{storage}/{key}/index.m3u8")).status()).isEqualTo(200);
        }
        assertThat(count("penstock.vod.opens")).isEqualTo(3);
        assertThat(registry.get("penstock.vod.index").gauge().value()).isLessThanOrEqualTo(20_000);
    }
}
