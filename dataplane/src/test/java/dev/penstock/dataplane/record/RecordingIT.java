package dev.penstock.dataplane.record;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import io.lindstrom.m3u8.model.MasterPlaylist;
import io.lindstrom.m3u8.model.MediaPlaylist;
import io.lindstrom.m3u8.model.MediaSegment;
import io.lindstrom.m3u8.model.PlaylistType;
import io.lindstrom.m3u8.parser.MasterPlaylistParser;
import io.lindstrom.m3u8.parser.MediaPlaylistParser;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.dataplane.record.RecorderStatus.Phase;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.file.FileObjectStore;
import dev.penstock.dataplane.store.s3.S3Config;
import dev.penstock.dataplane.store.s3.S3ObjectStore;
import dev.penstock.dataplane.store.s3.S3Server;

import static org.assertj.core.api.Assertions.assertThat;

class RecordingIT {
    @TempDir
    Path folder;
    private S3Server server;
    private ObjectStore store;
    private Studio studio;

    @BeforeEach
    void begin() throws Exception {
        server = new S3Server();
        store = server.open("videos");
        studio = new Studio(folder.resolve("spool"));
    }

    @AfterEach
    void end() {
        store.close();
        server.close();
        assertThat(studio.made).allSatisfy(segment -> assertThat(segment.refCnt()).isZero());
    }

    @Test
    void shouldLeaveACompleteRecordingInTheBucket() throws Exception {
        try (Recorder recorder = studio.recorder(() -> store)) {
            recorder.start();
            record(recorder, 20);
            recorder.stop().get(30, TimeUnit.SECONDS);
        }
        MasterPlaylist master = new MasterPlaylistParser().readPlaylist(Studio.textOf(store, "/master.m3u8"));
        assertThat(master.variants()).singleElement()
                .satisfies(variant -> assertThat(variant.uri()).isEqualTo("source/media.m3u8"));
        MediaPlaylist media = new MediaPlaylistParser().readPlaylist(Studio.textOf(store, "/source/media.m3u8"));
        assertThat(media.playlistType()).contains(PlaylistType.EVENT);
        assertThat(media.ongoing()).isFalse();
        assertThat(media.mediaSegments()).hasSize(20)
                .allSatisfy(segment -> assertThat(segment.duration()).isEqualTo(2.0));
        List<String> keys = Studio.keys(store);
        assertThat(media.mediaSegments()).extracting(MediaSegment::uri)
                .allSatisfy(uri -> assertThat(keys).anyMatch(key -> key.endsWith("/source/" + uri)));
    }

    @Test
    void shouldUploadEverythingLaterWhenTheStoreIsDown() throws Exception {
        try (Recorder recorder = studio.recorder(() -> store)) {
            recorder.start();
            record(recorder, 4);
            Studio.await("first uploads", () -> recorder.status().upload().pendingSegments() == 0);
            server.stop();
            long slowest = 0;
            for (int i = 0; i < 16; i++) {
                long before = System.nanoTime();
                studio.record(recorder);
                slowest = Math.max(slowest, System.nanoTime() - before);
                kept(recorder, 5 + i);
            }
            assertThat(slowest).isLessThan(TimeUnit.MILLISECONDS.toNanos(200));
            Studio.await("an error", () -> recorder.status().lastError() != null);
            RecorderStatus away = recorder.status();
            assertThat(away.phase()).isEqualTo(Phase.RECORDING);
            assertThat(away.upload().pendingSegments()).isEqualTo(16);
            assertThat(away.upload().lagSeconds()).isEqualTo(30.0);
            assertThat(away.lastError()).startsWith("bucket media at 127.0.0.1:");
            server.start();
            recorder.stop().get(30, TimeUnit.SECONDS);
            assertThat(recorder.status().lastError()).isNull();
        }
        assertThat(Studio.sequences(store)).hasSize(20).doesNotHaveDuplicates();
        assertThat(Studio.textOf(store, "/source/media.m3u8")).doesNotContain("GAP").endsWith("#EXT-X-ENDLIST\n");
    }

    @Test
    void shouldHealWhenTheStoreIsOverloadedAndWhenCredentialsChange() throws Exception {
        HttpServer overloaded = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        overloaded.createContext("/", exchange -> {
            byte[] body = "<Error><Code>SlowDown</Code><Message>key=secret</Message></Error>"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(503, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        overloaded.start();
        S3Config slow = new S3Config(
                Optional.of(URI.create("http://127.0.0.1:" + overloaded.getAddress().getPort())), "us-east-1", "media",
                "", true, Optional.of(new S3Config.Credentials("access", "secret", null)), Duration.ofSeconds(5));
        try (ObjectStore busy = new S3ObjectStore(slow);
                ObjectStore refused = new S3ObjectStore(server.config("access", "old-secret", ""))) {
            AtomicReference<ObjectStore> present = new AtomicReference<>(busy);
            try (Recorder recorder = studio.recorder(present::get)) {
                recorder.start();
                record(recorder, 3);
                Studio.await("overload", () -> error(recorder).contains("HTTP 503 SlowDown"));
                assertThat(error(recorder)).doesNotContain("old-secret", "key=secret");
                present.set(refused);
                Studio.await("refusal", () -> error(recorder).contains("HTTP 403"));
                assertThat(error(recorder)).doesNotContain("old-secret", "key=secret");
                long spooled = recorder.status().spoolBytes();
                record(recorder, 2);
                assertThat(recorder.status().spoolBytes()).isGreaterThan(spooled);
                present.set(store);
                recorder.stop().get(30, TimeUnit.SECONDS);
            }
        } finally {
            overloaded.stop(0);
        }
        assertThat(Studio.sequences(store)).hasSize(5);
        assertThat(studio.meters.get("penstock.recording.upload.failures").tag("kind", "refused").counter().count())
                .isPositive();
    }

    @Test
    void shouldGoOnAfterAKillWhileTheStoreIsDown() throws Exception {
        Recorder killed = studio.recorder(() -> store);
        killed.start();
        record(killed, 3);
        Studio.await("first uploads", () -> killed.status().upload().pendingSegments() == 0);
        server.stop();
        record(killed, 3);
        killed.close();
        studio.restart(Duration.ofSeconds(4));
        try (Recorder recorder = studio.recorder(() -> store)) {
            recorder.start();
            record(recorder, 3);
            server.start();
            recorder.stop().get(30, TimeUnit.SECONDS);
        }
        assertThat(Studio.sequences(store)).hasSize(9).isSorted().doesNotHaveDuplicates();
        MediaPlaylist media = new MediaPlaylistParser().readPlaylist(Studio.textOf(store, "/source/media.m3u8"));
        assertThat(media.mediaSegments()).hasSize(9);
        assertThat(media.mediaSegments().stream().filter(MediaSegment::discontinuity)).hasSize(1);
    }

    @Test
    void shouldPlayFromAnyStaticWebServer() throws Exception {
        Path bucket = folder.resolve("bucket");
        try (ObjectStore files = new FileObjectStore(bucket, InstantSource.system())) {
            try (Recorder recorder = studio.recorder(() -> files)) {
                recorder.start();
                for (byte[] segment : Ffmpeg.segments(folder, 10)) {
                    record(recorder, segment);
                }
                recorder.stop().get(30, TimeUnit.SECONDS);
            }
            onTheWeb(bucket, files, url -> {
                Ffmpeg.play(url);
                assertThat(Ffmpeg.frames(url)).isEqualTo(10 * 50);
            });
        }
    }

    @Test
    void shouldPlayOverARestartAndAGap() throws Exception {
        Path bucket = folder.resolve("bucket");
        List<byte[]> media = Ffmpeg.segments(folder, 6);
        try (ObjectStore files = new FileObjectStore(bucket, InstantSource.system())) {
            Recorder killed = studio.recorder(() -> files);
            killed.start();
            for (byte[] segment : media.subList(0, 3)) {
                record(killed, segment);
            }
            studio.skip();
            record(killed, media.get(4));
            killed.close();
            studio.restart(Duration.ofSeconds(3));
            try (Recorder recorder = studio.recorder(() -> files)) {
                recorder.start();
                for (byte[] segment : media) {
                    record(recorder, segment);
                }
                recorder.stop().get(30, TimeUnit.SECONDS);
            }
            MediaPlaylist playlist = new MediaPlaylistParser()
                    .readPlaylist(Studio.textOf(files, "/source/media.m3u8"));
            assertThat(playlist.mediaSegments().stream().filter(MediaSegment::gap)).hasSize(1);
            assertThat(playlist.mediaSegments().stream().filter(MediaSegment::discontinuity)).hasSize(1);
            // the counters of the transport stream jump there, so errors are allowed, lost frames are not
            onTheWeb(bucket, files, url -> assertThat(Ffmpeg.frames(url)).isEqualTo(10 * 50));
        }
    }

    private interface Viewer {
        void watch(String url) throws Exception;
    }

    private static void onTheWeb(Path bucket, ObjectStore files, Viewer viewer) throws Exception {
        HttpServer web = SimpleFileServer.createFileServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                bucket, SimpleFileServer.OutputLevel.NONE);
        web.start();
        try {
            String master = Studio.keys(files).stream().filter(k -> k.endsWith("master.m3u8")).findFirst()
                    .orElseThrow();
            viewer.watch("http://127.0.0.1:" + web.getAddress().getPort() + "/" + master);
        } finally {
            web.stop(0);
        }
    }

    private void record(Recorder recorder, byte[] segment) {
        int before = recorder.status().segments();
        studio.record(recorder, Unpooled.wrappedBuffer(segment));
        Studio.await("kept", () -> recorder.status().segments() > before);
    }

    private void record(Recorder recorder, int count) {
        for (int i = 0; i < count; i++) {
            int before = recorder.status().segments();
            studio.record(recorder);
            Studio.await("kept", () -> recorder.status().segments() > before);
        }
    }

    private static void kept(Recorder recorder, int segments) {
        Studio.await("kept", () -> recorder.status().segments() == segments);
    }

    private static String error(Recorder recorder) {
        return String.valueOf(recorder.status().lastError());
    }
}
