package dev.penstock.dataplane.store.layout;

import java.util.List;
import java.util.Optional;
import java.util.Random;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;

import dev.penstock.dataplane.store.Keys;

import static org.assertj.core.api.Assertions.assertThat;

class LayoutPropertiesTest {
    private static final SessionPath PATH = new SessionPath("shop", "door", "cam-1",
            new SessionId("20261121t115505z-k3v9qa"));

    @Property(tries = 500)
    void shouldReadBackEveryName(@ForAll("names") SegmentName name) {
        assertThat(SegmentName.parse(name.format())).contains(name);
    }

    @Property(tries = 500)
    void shouldOrderNamesAsTheyPlay(@ForAll("names") SegmentName a, @ForAll("names") SegmentName b) {
        assertThat(Integer.signum(a.compareTo(b))).isEqualTo(Integer.signum(a.format().compareTo(b.format())));
        if (a.sequence() != b.sequence()) {
            assertThat(a.compareTo(b) < 0).isEqualTo(a.sequence() < b.sequence());
        }
    }

    @Property(tries = 500)
    void shouldReadBackEveryKey(@ForAll("names") SegmentName name) throws Exception {
        SessionObject object = new SessionObject.MediaSegment("source", name);
        String key = Keys.check(PATH.key(object));
        assertThat(SessionPath.parse(key)).contains(new SessionPath.Parsed(PATH, object));
    }

    @Property(tries = 500)
    void shouldTakeNoNameThatItWouldWriteOtherwise(@ForAll("names") SegmentName name, @ForAll Random random) {
        StringBuilder text = new StringBuilder(name.format());
        text.setCharAt(random.nextInt(text.length()), "0-tz.Af/ "
                .charAt(random.nextInt(9)));
        Optional<SegmentName> parsed = SegmentName.parse(text.toString());
        assertThat(parsed.map(SegmentName::format)).isIn(Optional.empty(), Optional.of(text.toString()));
    }

    @Property(tries = 300)
    void shouldSurviveAnyText(@ForAll @StringLength(max = 200) String text) {
        SegmentName.parse(text);
        SessionId.parse(text);
        SessionObject.parse(text).ifPresent(object -> assertThat(object.path()).isEqualTo(text));
        SessionPath.parse(text).ifPresent(p -> assertThat(p.path().key(p.object())).isEqualTo(text));
    }

    @Example
    void shouldReadBackEveryKindOfObject() {
        for (SessionObject object : List.of(SessionObject.Single.SESSION, SessionObject.Single.MASTER,
                SessionObject.Single.RECORDING, new SessionObject.MediaPlaylistFile("source"),
                new SessionObject.LivePlaylistFile("source"), new SessionObject.PartPlaylist("source", 12),
                new SessionObject.InitSegment("720p", "0a1b2c3d"), new SessionObject.Mp4File("source"))) {
            assertThat(SessionPath.parse(PATH.key(object))).contains(new SessionPath.Parsed(PATH, object));
        }
    }

    @Example
    void shouldLookAsTheDesignSays() {
        SegmentName name = new SegmentName(216_000_000L, 1_792_584_000_000L, 180_000, 90_000, 7, "ts", 42, 0x8a1b2c3d);
        assertThat(PATH.key(new SessionObject.MediaSegment("source", name)))
                .isEqualTo("shop/door/cam-1/20261121t115505z-k3v9qa/source/"
                        + "000216000000-1792584000000-180000t90000-0000000007-ts-42-8a1b2c3d.ts");
        assertThat(name.endEpochMs()).isEqualTo(1_792_584_002_000L);
    }

    @Example
    void shouldRefuseForeignKeys() {
        for (String key : List.of("", "a", "a/b/c/d", "../b/c/20261121t115505z-k3v9qa/session.json",
                "Shop/b/c/20261121t115505z-k3v9qa/session.json", "a/b/c/20261321t115505z-k3v9qa/session.json",
                "a/b/c/20261121t115505z-k3v9qa/source/part-01.m3u8", "a/b/c/20261121t115505z-k3v9qa/notes.txt",
                "a/b/c/20261121t115505z-k3v9qa/source/../session.json", "a/b/c/20261121t115505z-K3V9QA/session.json")) {
            assertThat(SessionPath.parse(key)).as(key).isEmpty();
        }
    }

    @Provide
    Arbitrary<SegmentName> names() {
        Arbitrary<Long> sequences = Arbitraries.longs().between(0, 999_999_999_999L);
        Arbitrary<Long> starts = Arbitraries.longs().between(0, 9_999_999_999_999L);
        Arbitrary<Long> ticks = Arbitraries.longs().between(0, 10_000_000L);
        Arbitrary<Integer> scales = Arbitraries.integers().between(1, 999_999_999);
        Arbitrary<Long> discontinuities = Arbitraries.longs().between(0, 9_999_999_999L);
        Arbitrary<String> inits = Arbitraries.of("ts", "00000000", "deadbeef");
        Arbitrary<Long> epochs = Arbitraries.longs().between(0, 9_999_999_999L);
        return Combinators.combine(sequences, starts, ticks, scales, discontinuities, inits, epochs,
                Arbitraries.integers()).as(SegmentName::new);
    }
}
