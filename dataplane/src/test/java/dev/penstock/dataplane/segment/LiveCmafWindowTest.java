package dev.penstock.dataplane.segment;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LiveCmafWindowTest {
    private static final CmafConfig CONFIG = new CmafConfig(SegmentConfig.DEFAULT, Optional.of(Duration.ofMillis(500)),
            false);

    private final LiveCmafWindow window = new LiveCmafWindow(CONFIG);
    private final List<ByteBuf> given = new ArrayList<>();
    private String init = "aaaaaaaa";

    @AfterEach
    void shouldReleaseEverything() {
        window.close();
        assertThat(given).allMatch(b -> b.refCnt() == 0);
        assertThat(window.view().ended()).isTrue();
        assertThat(window.view().renditions()).isEmpty();
    }

    private static CmafSegment segment(String rendition, long sequence, int parts, boolean complete, String init) {
        boolean video = rendition.equals("video");
        List<CmafPart> all = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            all.add(new CmafPart(sequence * 180_000 + i * 45_000, 45_000, i == 0, 10));
        }
        return new CmafSegment(sequence, 7, false, true, sequence * 2000, sequence * 180_000, parts * 45_000L, 90_000,
                parts * 10, init, new CmafTrackInfo(video ? "avc1.640028" : "mp4a.40.2", 0, 0, 0, 0, 0), all, complete);
    }

    private void part(String rendition, long sequence, int part, boolean complete) {
        ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(10);
        bytes.writeCharSequence(String.format("%c%04d.%03d;", rendition.charAt(0), sequence, part),
                StandardCharsets.US_ASCII);
        given.add(bytes);
        window.segment(rendition, segment(rendition, sequence, part + 1, complete, init), bytes);
    }

    private void add(String rendition, long sequence) {
        for (int i = 0; i < 4; i++) {
            part(rendition, sequence, i, i == 3);
        }
    }

    private void begin() {
        window.run(List.of("video", "audio"));
        window.init("video", init, init.getBytes(StandardCharsets.US_ASCII));
        window.init("audio", init, "audio".getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(Optional<ByteBuf> buffer) {
        return buffer.map(b -> {
            String text = b.toString(StandardCharsets.US_ASCII);
            b.release();
            return text;
        }).orElse("none");
    }

    @Test
    void shouldListTheWindowAndKeepTheGrace() {
        begin();
        for (int i = 1; i <= 100; i++) {
            add("video", i);
            add("audio", i);
        }
        part("video", 101, 0, false);
        CmafView view = window.view();
        assertThat(view.renditions()).extracting(CmafRendition::name).containsExactly("video", "audio");
        assertThat(view.renditions().get(0).video()).isTrue();
        assertThat(view.renditions().get(0).segments()).extracting(CmafSegment::sequence).hasSize(13).first()
                .isEqualTo(89L);
        assertThat(view.renditions().get(1).segments()).extracting(CmafSegment::sequence).hasSize(12).first()
                .isEqualTo(89L);
        assertThat(text(window.segment("video", 75))).startsWith("v0075.000;v0075.001;");
        assertThat(text(window.segment("audio", 75))).hasSize(40);
        assertThat(text(window.segment("video", 74))).isEqualTo("none");
        assertThat(text(window.segment("video", 101))).as("not complete").isEqualTo("none");
        assertThat(text(window.part("video", 101, 0))).isEqualTo("v0101.000;");
        assertThat(text(window.part("video", 101, 1))).isEqualTo("none");
        assertThat(text(window.part("video", 100, 3))).isEqualTo("v0100.003;");
        assertThat(text(window.part("video", 100, -1))).isEqualTo("none");
        assertThat(text(window.part("nothing", 100, 0))).isEqualTo("none");
        assertThat(text(window.init("audio", init))).isEqualTo("audio");
        assertThat(text(window.init("audio", "bbbbbbbb"))).isEqualTo("none");
        assertThat(given.stream().filter(b -> b.refCnt() > 0)).hasSize(26 * 8 + 1);
        assertThat(window.lastNumbers()).isEqualTo(new LastNumbers(103, 8));
    }

    @Test
    void shouldListNothingBeforeEachRenditionHasSomething() {
        begin();
        part("video", 1, 0, false);
        assertThat(window.view().renditions()).isEmpty();
        part("audio", 1, 0, false);
        assertThat(window.view().renditions()).hasSize(2);
        window.clear();
        add("video", 2);
        assertThat(window.view().renditions()).isEmpty();
        add("video", 3);
        assertThat(window.view().renditions()).as("audio is not waited for any longer").hasSize(1);
    }

    @Test
    void shouldShowABacklogAtOnceAndWhole() {
        begin();
        List<Integer> seen = new ArrayList<>();
        Runnable forget = window.onChange(view -> seen.add(view.renditions().getFirst().segments().size()));
        window.gather(() -> {
            for (int i = 1; i <= 5; i++) {
                add("video", i);
                add("audio", i);
            }
            assertThat(window.view().renditions()).isEmpty();
        });
        assertThat(seen).containsExactly(5);
        part("video", 6, 0, false);
        assertThat(seen).containsExactly(5, 6);
        forget.run();
    }

    @Test
    void shouldTellOfEachChangeInOrder() {
        begin();
        List<CmafView> heard = new ArrayList<>();
        Runnable stop = window.onChange(heard::add);
        add("video", 1);
        add("audio", 1);
        stop.run();
        stop.run();
        add("video", 2);
        assertThat(heard).hasSize(8);
        assertThat(heard).extracting(CmafView::version).isSorted().doesNotHaveDuplicates();
        assertThat(heard.get(7).rendition("audio").orElseThrow().segments().getFirst().complete()).isTrue();
        assertThat(heard.get(7).rendition("other")).isEmpty();
    }

    @Test
    void shouldDropInitsThatNothingNeeds() {
        begin();
        add("video", 1);
        String old = init;
        init = "cccccccc";
        begin();
        for (int i = 2; i < 60; i++) {
            assertThat(text(window.init("video", old))).isEqualTo(i <= 27 ? old : "none");
            add("video", i);
        }
        assertThat(text(window.init("video", init))).isEqualTo(init);
    }

    @Test
    void shouldKeepWhatIsCompleteWhenItGotNoMore() {
        begin();
        part("video", 1, 0, false);
        window.segment("video", segment("video", 1, 1, true, init), null);
        assertThat(text(window.segment("video", 1))).isEqualTo("v0001.000;");
        window.segment("audio", segment("audio", 1, 0, true, init), null);
        assertThat(window.view().rendition("audio").orElseThrow().segments().getFirst().isGap()).isTrue();
        assertThat(text(window.segment("audio", 1))).isEqualTo("none");
    }

    @Test
    void shouldBoundBytes() {
        LiveCmafWindow small = new LiveCmafWindow(CONFIG, null, 100);
        small.run(List.of("video"));
        small.init("video", init, new byte[3]);
        for (int i = 0; i < 20; i++) {
            ByteBuf bytes = Unpooled.directBuffer(40).writeZero(10);
            given.add(bytes);
            small.segment("video", segment("video", i, 1, true, init), bytes);
        }
        assertThat(small.view().renditions().getFirst().segments()).hasSize(10);
        small.close();
    }

    @Test
    void shouldForgetWhenNobodyWantsIt() {
        begin();
        add("video", 1);
        add("audio", 1);
        window.asleep();
        assertThat(window.view().renditions()).isEmpty();
        assertThat(given).allMatch(b -> b.refCnt() == 0);
        assertThat(window.lastNumbers()).isEqualTo(new LastNumbers(3, 8));
        begin();
        add("video", 50);
        add("audio", 50);
        window.ended();
        assertThat(window.view().ended()).isTrue();
        assertThat(window.view().renditions()).hasSize(2);
        assertThat(text(window.segment("video", 50))).hasSize(40);
    }

    @Test
    void shouldGiveNothingElseToReadersThatAreLate() throws Exception {
        begin();
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong newest = new AtomicLong();
        AtomicLong wrong = new AtomicLong();
        List<Thread> readers = new ArrayList<>();
        for (int r = 0; r < 3; r++) {
            readers.add(Thread.ofPlatform().start(() -> {
                long n = 0;
                while (!done.get()) {
                    long sequence = newest.get() - n++ % 30;
                    String text = text(window.segment("video", sequence));
                    String expected = String.format("v%04d.000;", sequence);
                    wrong.addAndGet(text.equals("none") || text.startsWith(expected) ? 0 : 1);
                    text = text(window.part("video", sequence, 1));
                    expected = String.format("v%04d.001;", sequence);
                    wrong.addAndGet(text.equals("none") || text.equals(expected) ? 0 : 1);
                }
            }));
        }
        for (int i = 1; i < 2000; i++) {
            add("video", i);
            newest.set(i);
        }
        done.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(wrong).hasValue(0);
    }
}
