package dev.penstock.dataplane.record.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.dataplane.segment.StreamShape;
import dev.penstock.dataplane.store.layout.SegmentName;
import dev.penstock.dataplane.store.layout.SessionId;
import dev.penstock.dataplane.store.layout.SessionPath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SpoolTest {
    private static final SessionId ID = new SessionId("20261121t115505z-k3v9qa");
    private static final SessionPath PATH = new SessionPath("shop", "door", "cam-1", ID);
    private static final int SEGMENT = 1000;

    @TempDir
    Path folder;
    private final FaultyFiles files = new FaultyFiles();

    @Test
    void shouldFindEverythingAgain() throws Exception {
        Spool spool = spool(100_000);
        SpoolSession session = spool.create(info(ID));
        for (int i = 0; i < 5; i++) {
            append(spool, session, i);
        }
        spool.uploaded(session, session.segments().get(0));
        spool.uploaded(session, session.segments().get(2));

        SpoolSession found = recovered(spool(100_000));
        assertThat(found.info()).contains(info(ID));
        assertThat(found.segments()).extracting(SpooledSegment::name).containsExactly(name(0), name(1), name(2),
                name(3), name(4));
        assertThat(found.segments()).extracting(SpooledSegment::uploaded).containsExactly(true, false, true, false,
                false);
        assertThat(found.ended()).isFalse();
    }

    @Test
    void shouldKeepEveryCompletedSegmentOnceWhereverItDies() throws Exception {
        for (int step = 0; step < 80; step++) {
            Path place = folder.resolve("crash-" + step);
            FaultyFiles faulty = new FaultyFiles();
            List<SegmentName> completed = new ArrayList<>();
            boolean died = false;
            try {
                faulty.crashAfter(step);
                Spool spool = new Spool(faulty, place, 3 * SEGMENT, new SpoolBudget(1 << 20));
                SpoolSession session = spool.create(info(ID));
                for (int i = 0; i < 6; i++) {
                    append(spool, session, i);
                    completed.add(name(i));
                    spool.uploaded(session, session.segments().get(i));
                }
                spool.end(session);
                spool.finalized(session);
                spool.forget(session, true);
                completed.clear();
            } catch (FaultyFiles.Crash e) {
                died = true;
            }
            Spool again = new Spool(new DiskFiles(), place, 3 * SEGMENT, new SpoolBudget(1 << 20));
            again.recover(PATH);
            List<SegmentName> found = again.sessions().stream().flatMap(s -> s.segments().stream())
                    .map(SpooledSegment::name).toList();
            if (again.sessions().stream().noneMatch(SpoolSession::finalized)
                    && !(again.sessions().isEmpty() && completed.size() == 6)) {
                assertThat(found).as("step %s", step).containsAll(completed).doesNotHaveDuplicates()
                        .hasSizeBetween(completed.size(), completed.size() + 1);
            }
            assertThat(temporaries(place)).as("step %s", step).isEmpty();
            if (!died) {
                assertThat(again.sessions()).isEmpty();
                assertThat(step).isGreaterThan(40);
                return;
            }
        }
        throw new AssertionError("never ran to the end");
    }

    @Test
    void shouldGiveUpWhatIsUploadedFirst() throws Exception {
        Spool spool = spool(3 * SEGMENT);
        SpoolSession session = spool.create(info(ID));
        for (int i = 0; i < 3; i++) {
            append(spool, session, i);
        }
        spool.uploaded(session, session.segments().get(1));
        append(spool, session, 3);
        assertThat(session.segments()).extracting(SpooledSegment::local).containsExactly(true, false, true, true);
        assertThat(spool.bytes()).isEqualTo(3 * SEGMENT);
        assertThatExceptionOfType(SpoolFullException.class).isThrownBy(() -> append(spool, session, 4))
                .withMessageContaining("3000 of 3000 bytes wait for upload");

        SpoolSession found = recovered(spool(3 * SEGMENT));
        assertThat(found.segments()).extracting(SpooledSegment::name).containsExactly(name(0), name(1), name(2),
                name(3));
        assertThat(found.segments()).extracting(SpooledSegment::local).containsExactly(true, false, true, true);
    }

    @Test
    void shouldTradeUploadedSegmentsForRoomWhenTheDiskIsFull() throws Exception {
        Spool spool = spool(100_000);
        SpoolSession session = spool.create(info(ID));
        append(spool, session, 0);
        append(spool, session, 1);
        spool.uploaded(session, session.segments().get(0));
        files.full(true);
        assertThatExceptionOfType(SpoolFullException.class).isThrownBy(() -> append(spool, session, 2));
        assertThat(session.segments()).extracting(SpooledSegment::local).containsExactly(false, true);
        files.full(false);
        append(spool, session, 3);
        assertThat(session.segments()).hasSize(3);
        assertThat(temporaries(folder)).isEmpty();
    }

    @Test
    void shouldShareTheBudgetOfThePod() throws Exception {
        SpoolBudget budget = new SpoolBudget(2 * SEGMENT);
        Spool one = new Spool(files, folder.resolve("one"), 100_000, budget);
        Spool two = new Spool(files, folder.resolve("two"), 100_000, budget);
        SpoolSession first = one.create(info(ID));
        SpoolSession second = two.create(info(ID));
        append(one, first, 0);
        append(two, second, 0);
        assertThatExceptionOfType(SpoolFullException.class).isThrownBy(() -> append(one, first, 1))
                .withMessageContaining("spool of this pod full: 2000 of 2000 bytes");
        two.close();
        append(one, first, 2);
        assertThat(budget.usedBytes()).isEqualTo(2 * SEGMENT);
    }

    @Test
    void shouldLeaveForeignFilesAlone() throws Exception {
        Spool spool = spool(100_000);
        SpoolSession session = spool.create(info(ID));
        append(spool, session, 0);
        Path source = folder.resolve(ID.value()).resolve("source");
        List<Path> foreign = List.of(folder.resolve("notes.txt"), folder.resolve("20269921t000000z-aaaaaa"),
                source.resolve("movie.ts"), source.resolve("movie.ts.tmp"), folder.resolve(ID.value()).resolve("x"),
                source.resolve(name(1).format().toUpperCase(Locale.ROOT)));
        for (Path file : foreign) {
            Files.writeString(file, "mine");
        }
        Path link = Files.createSymbolicLink(source.resolve(name(7).format()), folder.resolve("notes.txt"));
        SpoolSession found = recovered(spool(100_000));
        assertThat(found.segments()).extracting(SpooledSegment::name).containsExactly(name(0));
        assertThat(foreign).allSatisfy(file -> assertThat(file).hasContent("mine"));
        assertThat(link).isSymbolicLink();
    }

    @Test
    void shouldKeepSegmentsOfASessionWhoseDescriptionIsDamaged() throws Exception {
        Spool spool = spool(100_000);
        append(spool, spool.create(info(ID)), 0);
        Path json = folder.resolve(ID.value()).resolve("session.json");
        for (String damaged : List.of("", "{", "null", "[]", "{\"version\":1}", new String(info(
                new SessionId("20261121t115505z-zzzzzz")).toJson(), StandardCharsets.UTF_8), "x".repeat(70_000))) {
            Files.writeString(json, damaged);
            SpoolSession found = recovered(spool(100_000));
            assertThat(found.info()).as(damaged).isEmpty();
            assertThat(found.segments()).hasSize(1);
            assertThat(json).hasContent(damaged);
        }
    }

    @Test
    void shouldSkipDamagedLines() throws Exception {
        Spool spool = spool(100_000);
        SpoolSession session = spool.create(info(ID));
        append(spool, session, 0);
        append(spool, session, 1);
        spool.uploaded(session, session.segments().get(0));
        Path uploaded = folder.resolve(ID.value()).resolve("uploaded.txt");
        String line = Files.readString(uploaded);
        Files.writeString(uploaded, "\n \n\u0000\u0001\nnonsense 12\n" + line + name(1).format() + " 99999999999999\n"
                + name(1).format().substring(0, 20));
        SpoolSession found = recovered(spool(100_000));
        assertThat(found.segments()).extracting(SpooledSegment::uploaded).containsExactly(true, false);
        Spool third = spool(100_000);
        SpoolSession again = recovered(third);
        third.uploaded(again, again.segments().get(1));
        assertThat(recovered(spool(100_000)).segments()).extracting(SpooledSegment::uploaded)
                .containsExactly(true, true);
    }

    private Spool spool(long maxBytes) {
        return new Spool(files, folder, maxBytes, new SpoolBudget(1 << 30));
    }

    private static SpoolSession recovered(Spool spool) throws IOException {
        spool.recover(PATH);
        assertThat(spool.sessions()).hasSize(1);
        return spool.sessions().getFirst();
    }

    private static void append(Spool spool, SpoolSession session, int number) throws IOException {
        spool.append(session, name(number),
                new ByteBuffer[]{ByteBuffer.allocate(SEGMENT / 2), ByteBuffer.allocate(SEGMENT / 2)});
    }

    private static SegmentName name(int number) {
        return new SegmentName(1000 + number, 1_792_584_000_000L + number * 2000L, 180_000, 90_000, 7, "ts", 0, number);
    }

    private static SessionInfo info(SessionId id) {
        StreamShape shape = new StreamShape("avc1.64001f,mp4a.40.2", 1280, 720, 25);
        return new SessionInfo(1, "shop", "door", "cam-1", id.value(), "2026-11-21T11:55:05Z", "pod-0", 3, 4, 90_000,
                SessionInfo.CLOCK, List.of(new SessionInfo.Rendition("source", "ts", shape.codecs(), shape.width(),
                        shape.height(), shape.frameRate())));
    }

    private static List<Path> temporaries(Path place) throws IOException {
        if (!Files.exists(place)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(place)) {
            return paths.filter(p -> p.toString().endsWith(".tmp")).toList();
        }
    }
}
