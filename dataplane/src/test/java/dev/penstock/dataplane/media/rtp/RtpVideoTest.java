package dev.penstock.dataplane.media.rtp;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.media.Sample;

import static dev.penstock.dataplane.media.rtp.Packets.IDR;
import static dev.penstock.dataplane.media.rtp.Packets.P;
import static dev.penstock.dataplane.media.rtp.Packets.last;
import static dev.penstock.dataplane.media.rtp.Packets.more;
import static dev.penstock.dataplane.media.rtp.Packets.nal;
import static dev.penstock.dataplane.media.rtp.Packets.send;
import static org.assertj.core.api.Assertions.assertThat;

class RtpVideoTest {
    private final Packets packets = new Packets(false);
    private final RtpTrack track = packets.h264();

    private void begin() {
        more(track, 0, 0, Packets.sets());
        last(track, 1, 0, IDR);
    }

    @Test
    void shouldMakeUnitsOfSingleUnitsAggregatesAndFragments() {
        begin();
        more(track, 2, 3600, "5c81e011");
        more(track, 3, 3600, "5c012233");
        last(track, 4, 3600, "5c4144");
        assertThat(packets.seen).containsExactly("tracks [H264#0]");
        assertThat(packets.data()).containsExactly("*" + nal(IDR), nal("41e011223344"));
        assertThat(packets.samples).extracting(Sample::dts).containsExactly(90_000L, 93_600L);
    }

    @Test
    void shouldWaitForAKeyWithItsParameterSets() {
        last(track, 0, 0, P);
        last(track, 1, 3600, IDR);
        more(track, 2, 7200, Packets.sets());
        last(track, 3, 7200, IDR);
        assertThat(packets.data()).containsExactly("*" + nal(IDR));
    }

    @Test
    void shouldEndAUnitWhenTheTimestampChanges() {
        more(track, 0, 0, Packets.sets());
        more(track, 1, 0, IDR);
        more(track, 2, 3600, P);
        more(track, 3, 7200, P);
        assertThat(packets.data()).containsExactly("*" + nal(IDR), nal(P));
    }

    @Test
    void shouldFindOutThatMarkersLie() {
        begin();
        String second = "41622233";
        last(track, 2, 3600, P);
        last(track, 3, 3600, second);
        last(track, 4, 7200, P);
        last(track, 5, 7200, second);
        last(track, 6, 10_800, P);
        assertThat(packets.data()).contains(nal(P) + nal(second));
    }

    @Test
    void shouldDropAUnitOfWhichAPartIsMissing() {
        begin();
        more(track, 2, 3600, "5c81e011");
        last(track, 4, 3600, "5c4144");
        last(track, 5, 7200, P);
        assertThat(packets.data()).containsExactly("*" + nal(IDR), nal(P));
        assertThat(track.lost()).isEqualTo(1);
        assertThat(track.droppedUnits()).isEqualTo(1);
    }

    @Test
    void shouldWaitForTheNextKeyWhenAKeyIsDamaged() {
        begin();
        more(track, 2, 3600, IDR);
        last(track, 4, 3600, "65088400");
        last(track, 5, 7200, P);
        last(track, 6, 10_800, IDR);
        assertThat(packets.data()).containsExactly("*" + nal(IDR), "*" + nal(IDR));
    }

    @Test
    void shouldTellTracksAgainWhenParameterSetsChange() {
        begin();
        String wider = Packets.SPS.replace("6742c00dd900a0ff", "6742c00dd900b0ff");
        more(track, 2, 3600, wider);
        more(track, 3, 3600, Packets.PPS);
        last(track, 4, 3600, IDR);
        last(track, 5, 7200, P);
        assertThat(packets.seen).hasSize(2);
    }

    @Test
    void shouldTakeParameterSetsOfTheDescription() {
        Packets other = new Packets(false);
        RtpTrack told = other.session.add(0, Packets.format(96, "H264", 90_000,
                Map.of("sprop-parameter-sets", "Z0LADdkAoP+WCgtQEBABCAAAAwAIAAADAeB4oVJA,aMuDyyA=,!")));
        last(told, 0, 0, IDR);
        assertThat(other.data()).containsExactly("*" + nal(IDR));
    }

    @Test
    void shouldBelieveAnotherPayloadTypeThanTheDescription() {
        send(track, 98, 7, 0, 0, false, Packets.sets(), 0);
        send(track, 98, 7, 1, 0, true, IDR, 0);
        send(track, 13, 7, 2, 0, true, P, 0);
        assertThat(packets.samples).hasSize(1);
        assertThat(track.invalid()).isEqualTo(1);
    }

    @Test
    void shouldGoOnWhenTheSourceStartsAgain() {
        begin();
        send(track, 96, 99, 40_000, 3_000_000_000L, false, Packets.sets(), 2_000_000_000L);
        send(track, 96, 99, 40_001, 3_000_000_000L, true, IDR, 2_000_000_000L);
        assertThat(packets.samples).extracting(Sample::dts).containsExactly(90_000L, 270_000L);
    }

    @Test
    void shouldGoOnWhenTimestampsStartAgain() {
        begin();
        Packets.send(track, 2, 180_000, true, P, 2_000_000_000L);
        Packets.send(track, 3, 150_000, true, P, 2_040_000_000L);
        Packets.send(track, 4, 153_600, true, P, 2_080_000_000L);
        assertThat(packets.samples).extracting(Sample::dts).containsExactly(90_000L, 270_000L, 273_600L, 277_200L);
    }

    @Test
    void shouldUnwrapTimestamps() {
        more(track, 65_535, 0xFFFF_FFFFL, Packets.sets());
        last(track, 0, 0xFFFF_FFFFL, IDR);
        last(track, 1, 3599, P);
        assertThat(packets.samples).extracting(Sample::dts).containsExactly(90_000L, 93_600L);
    }

    @Test
    void shouldMakeDecodingTimesOfBFrames() {
        // Main profile, and nothing that tells of reordering.
        more(track, 0, 0, "674d000df40a0fc8");
        more(track, 1, 0, Packets.PPS);
        last(track, 2, 0, IDR);
        long[] shown = {3, 1, 2, 6, 4, 5, 9, 7, 8, 12, 10, 11};
        for (int i = 0; i < shown.length; i++) {
            last(track, 3 + i, shown[i] * 3600, P);
        }
        List<Sample> made = packets.samples;
        for (int i = 1; i < made.size(); i++) {
            assertThat(made.get(i).dts()).isGreaterThan(made.get(i - 1).dts()).isLessThanOrEqualTo(made.get(i).pts());
        }
        // Once the depth is known, frames are shown when they should be.
        assertThat(made.stream().skip(4).map(s -> s.pts() - 90_000)).containsExactlyElementsOf(
                java.util.Arrays.stream(shown).skip(3).mapToObj(n -> n * 3600).toList());
    }

    @Test
    void shouldPutPacketsInOrder() {
        Packets unordered = new Packets(true);
        RtpTrack late = unordered.h264();
        more(late, 0, 0, Packets.sets());
        last(late, 1, 0, IDR);
        last(late, 4, 10_800, "41e044");
        last(late, 3, 7200, "41e033");
        last(late, 3, 7200, "41e033");
        last(late, 2, 3600, "41e022");
        assertThat(unordered.data()).containsExactly("*" + nal(IDR), nal("41e022"), nal("41e033"), nal("41e044"));
        assertThat(late.lost()).isZero();
    }

    @Test
    void shouldGiveAMissingPacketUpAfterAWhile() {
        Packets unordered = new Packets(true);
        RtpTrack late = unordered.h264();
        more(late, 0, 0, Packets.sets());
        last(late, 1, 0, IDR);
        last(late, 3, 7200, "41e033");
        assertThat(unordered.samples).hasSize(1);
        send(late, 4, 10_800, true, "41e044", 200_000_000);
        assertThat(unordered.data()).containsExactly("*" + nal(IDR), nal("41e033"), nal("41e044"));
        assertThat(late.lost()).isEqualTo(1);
    }

    @Test
    void shouldGiveAMissingPacketUpWhenTooManyWait() {
        Packets unordered = new Packets(true);
        RtpTrack late = unordered.h264();
        more(late, 0, 0, Packets.sets());
        last(late, 1, 0, IDR);
        for (int i = 3; i < 40; i++) {
            last(late, i, i * 3600L, P);
        }
        assertThat(unordered.samples).hasSize(38);
        last(late, 500, 3_600_000, P);
        last(late, 516, 3_700_000, P);
        unordered.session.close();
        assertThat(late.lost()).isGreaterThan(400);
    }
}
