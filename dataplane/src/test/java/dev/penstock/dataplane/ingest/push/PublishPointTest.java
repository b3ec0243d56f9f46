package dev.penstock.dataplane.ingest.push;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.hub.TsMaker;
import dev.penstock.dataplane.ingest.IngestMetrics;
import dev.penstock.dataplane.ingest.SourceListener;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Accepted;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Reason;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Refused;
import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.SampleSink;
import dev.penstock.dataplane.media.SourceInfo;
import dev.penstock.dataplane.media.Track;

import static org.assertj.core.api.Assertions.assertThat;

class PublishPointTest {
    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel loop = EmbeddedChannel.builder().ticker(ticker).build();
    private final List<String> events = new ArrayList<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final IngestMetrics metrics = new IngestMetrics(registry);
    private final TsMaker maker = new TsMaker(true, 0);
    private int packets;

    @Test
    void shouldHandMediaOn() {
        PublishPoint point = point(PushConfig.Second.REFUSE);
        Publication one = in(point, "one");
        assertThat(events).as("nothing begins before media comes").isEmpty();
        play(one, true);
        play(one, false);
        one.close("bye");
        assertThat(events).containsExactly("begin one", "connected one", "packets", "end bye", "gone bye");
        assertThat(registry.get("penstock.ingest.connected").tag("protocol", "http").gauge().value()).isZero();
        assertThat(registry.get("penstock.ingest.packets").tag("protocol", "http").counter().count())
                .isEqualTo(packets);
    }

    @Test
    void shouldTurnASecondPublisherAwayWhileTheFirstIsAlive() {
        PublishPoint point = point(PushConfig.Second.REFUSE);
        Publication one = in(point, "one");
        assertThat(refused(point, "two")).as("let in just now").isEqualTo(Reason.BUSY);
        pass(1900);
        play(one, true);
        pass(1900);
        assertThat(refused(point, "two")).isEqualTo(Reason.BUSY);
        assertThat(((Refused) point.enter(request("two"))).message()).isEqualTo(
                "stream ns/cam: another publisher is on the air (expected: one, see spec.source.push.secondPublisher)");
        assertThat(events).doesNotContain("revoked one");
    }

    @Test
    void shouldNotLetAHalfOpenConnectionLockTheCameraOut() {
        PublishPoint point = point(PushConfig.Second.REFUSE);
        Publication one = in(point, "one");
        play(one, true);
        pass(2000);
        Publication two = in(point, "two");
        assertThat(events).endsWith("end silent, and replaced by another publisher",
                "revoked one: silent, and replaced by another publisher",
                "gone silent, and replaced by another publisher");
        play(two, true);
        assertThat(events).endsWith("begin two", "connected two", "packets");
        ByteBuf late = TsMaker.buffer(maker.psi());
        one.packets(late);
        one.close("again");
        assertThat(late.refCnt()).isZero();
        assertThat(events).endsWith("begin two", "connected two", "packets");
    }

    @Test
    void shouldTakeOverAtTheFirstKeyFrame() {
        PublishPoint point = point(PushConfig.Second.REPLACE);
        Publication one = in(point, "one");
        play(one, true);
        Publication two = in(point, "two");
        TsMaker other = new TsMaker(true, 0);
        List<byte[]> start = new ArrayList<>(other.psi());
        start.addAll(other.frame(0, false, 500));
        start.addAll(other.frame(1, false, 500));
        two.packets(TsMaker.buffer(start));
        two.packets(TsMaker.buffer(other.frame(2, false, 500)));
        play(one, false);
        assertThat(events).as("the first is on the air until then").endsWith("packets");
        assertThat(events).doesNotContain("begin two");
        List<byte[]> more = new ArrayList<>(other.frame(3, false, 500));
        int before = more.size();
        more.addAll(other.frame(4, true, 500));
        int had = packets;
        for (byte[] packet : more) {
            two.packets(Unpooled.wrappedBuffer(packet));
        }
        assertThat(events).containsSequence("end replaced by another publisher",
                "revoked one: replaced by another publisher", "begin two", "connected two");
        two.close("done");
        assertThat(packets - had).as("tables, and from the key frame on").isEqualTo(2 + more.size() - before);
    }

    @Test
    void shouldLetOneWhoWaitsGoOnWhenTheFirstLeaves() {
        PublishPoint point = point(PushConfig.Second.REPLACE);
        Publication one = in(point, "one");
        play(one, true);
        Publication two = in(point, "two");
        in(point, "three");
        assertThat(events).contains("revoked two: replaced by another publisher");
        two.close("harmless");
        one.close("bye");
        assertThat(point.isTaken()).isTrue();
        pass(20_000);
        assertThat(events).contains("ended").endsWith("gone no media for 20s", "revoked three: no media for 20s");
    }

    @Test
    void shouldEndTheStreamOnceWhenNobodyComesBackInTime() {
        PublishPoint point = point(PushConfig.Second.REFUSE);
        Publication one = in(point, "one");
        play(one, true);
        one.close("bye");
        pass(9_900);
        Publication two = in(point, "one");
        pass(200);
        assertThat(events).as("a connection without media does not hold the stream").endsWith("ended");
        play(two, true);
        two.close("bye");
        pass(5_000);
        Publication three = in(point, "one");
        play(three, true);
        pass(11_000);
        three.close("bye");
        pass(9_000);
        assertThat(events.stream().filter("ended"::equals)).hasSize(1);
        pass(2_000);
        assertThat(events.stream().filter("ended"::equals)).hasSize(2);
        pass(100_000);
        assertThat(events.stream().filter("ended"::equals)).hasSize(2);
    }

    @Test
    void shouldSendASilentPublisherAway() {
        PublishPoint point = point(PushConfig.Second.REFUSE);
        Publication one = in(point, "one");
        play(one, true);
        pass(15_000);
        play(one, false);
        pass(19_000);
        assertThat(events).endsWith("packets");
        pass(1_500);
        assertThat(events).endsWith("end no media for 20s", "gone no media for 20s", "revoked one: no media for 20s");
    }

    @Test
    void shouldTakeAStreamOffTheAir() {
        PublishPoint point = point(PushConfig.Second.REFUSE);
        Publication one = in(point, "one");
        play(one, true);
        point.configure(PushConfig.of(PushConfig.Second.REFUSE, Duration.ofSeconds(10), true));
        assertThat(events).endsWith("revoked one: the stream is off the air (spec.offline)", "ended");
        assertThat(refused(point, "two")).isEqualTo(Reason.OFFLINE);
        point.configure(PushConfig.of(PushConfig.Second.REFUSE, Duration.ofSeconds(10), false));
        play(in(point, "two"), true);
        assertThat(events).endsWith("begin two", "connected two", "packets");
    }

    @Test
    void shouldSendAwayWhoseKeyIsWithdrawn() {
        PublishPoint point = point(PushConfig.Second.REPLACE);
        Publication one = in(point, "one");
        play(one, true);
        Publication two = in(point, "two");
        point.recheck(request -> request.remote().getHostString().equals("one"));
        List<String> told = new ArrayList<>();
        two.onRevoked(told::add);
        assertThat(events).contains("revoked two: its stream key is not valid any more").endsWith(
                "revoked two: its stream key is not valid any more");
        point.recheck(request -> false);
        assertThat(events).endsWith("revoked one: its stream key is not valid any more");
    }

    @Test
    void shouldTellOneWhoListensLate() {
        PublishPoint point = point(PushConfig.Second.REFUSE);
        Accepted accepted = (Accepted) point.enter(request("one"));
        point.stop("removed");
        List<String> told = new ArrayList<>();
        accepted.publication().onRevoked(told::add);
        assertThat(told).containsExactly("removed");
        assertThat(refused(point, "two")).isEqualTo(Reason.NOT_FOUND);
        pass(100_000);
        assertThat(events).as("nothing had begun").containsExactly("gone removed");
    }

    @Test
    void shouldTakeOverWithAccessUnits() {
        PublishPoint point = point(PushConfig.Second.REPLACE);
        Track video = new Track(0, Codec.H264, new byte[]{1});
        Track audio = new Track(1, Codec.AAC, new byte[]{2});
        Publication one = in(point, "one");
        one.tracks(List.of(video));
        one.sample(unit(0, true));
        Publication two = in(point, "two");
        two.tracks(List.of(video, audio));
        ByteBuf early = Unpooled.buffer().writeByte(1);
        two.sample(new Sample(1, 0, 0, true, early));
        two.sample(unit(0, false));
        assertThat(early.refCnt()).isZero();
        assertThat(events).endsWith("connected one", "sample 0");
        two.sample(unit(0, true));
        assertThat(events).endsWith("begin two", "tracks [H264#0, AAC#1]", "connected two", "sample 0");
        two.discontinuity();
        two.sample(unit(1, true));
        assertThat(events).endsWith("end discontinuity", "begin two", "tracks [H264#0, AAC#1]", "sample 1");
        point.rebind();
        two.sample(unit(1, true));
        assertThat(events).endsWith("begin two", "tracks [H264#0, AAC#1]", "sample 1");
    }

    @Test
    void shouldSendAwayWhoseVideoIsNotServed() {
        PublishPoint point = point(PushConfig.Second.REFUSE);
        in(point, "one").tracks(List.of(new Track(0, Codec.AV1, new byte[4])));
        assertThat(events).contains(
                "revoked one: AV1: is not carried in a transport stream (expected: H264 or H265)");
    }

    private static Sample unit(int track, boolean key) {
        return new Sample(track, 0, 0, key, Unpooled.buffer().writeByte(1));
    }

    private PublishPoint point(PushConfig.Second second) {
        return new PublishPoint("ns/cam", PushConfig.of(second, Duration.ofSeconds(10), false), loop.eventLoop(),
                new Stage(), new Listener(), metrics);
    }

    private static PublishRequest request(String host) {
        return new PublishRequest("http", "ns", "cam", "key", InetSocketAddress.createUnresolved(host, 1));
    }

    private Publication in(PublishPoint point, String host) {
        Publication publication = ((Accepted) point.enter(request(host))).publication();
        publication.onRevoked(line -> events.add("revoked " + host + ": " + line));
        return publication;
    }

    private static Reason refused(PublishPoint point, String host) {
        return ((Refused) point.enter(request(host))).reason();
    }

    private void play(Publication publication, boolean key) {
        List<byte[]> all = new ArrayList<>(maker.psi());
        all.addAll(maker.frame(0, key, 800));
        publication.packets(TsMaker.buffer(all));
    }

    private void pass(long millis) {
        // In steps, as a clock does: what a task schedules is due in the same pass.
        for (long step = 0; step < millis; step += 100) {
            ticker.advance(Math.min(100, millis - step), TimeUnit.MILLISECONDS);
            loop.runScheduledPendingTasks();
        }
    }

    private final class Stage implements PublishPoint.Stage {
        @Override
        public SampleSink sink() {
            return new Sink();
        }

        @Override
        public void ended() {
            events.add("ended");
        }
    }

    private final class Listener implements SourceListener {
        @Override
        public void connected(SourceInfo source) {
            events.add("connected " + source.remote());
        }

        @Override
        public void ended(SourceInfo source, String reason) {
            events.add("gone " + reason);
        }
    }

    private final class Sink implements SampleSink {
        @Override
        public void begin(SourceInfo source) {
            events.add("begin " + source.remote());
        }

        @Override
        public void packets(ByteBuf bytes) {
            packets += bytes.readableBytes() / 188;
            assertThat(bytes.getByte(bytes.readerIndex())).isEqualTo((byte) 0x47);
            bytes.release();
            if (!events.getLast().equals("packets")) {
                events.add("packets");
            }
        }

        @Override
        public void tracks(List<Track> tracks) {
            events.add("tracks " + tracks);
        }

        @Override
        public void sample(Sample sample) {
            events.add("sample " + sample.track());
            sample.data().release();
        }

        @Override
        public void end(String reason) {
            events.add("end " + reason);
        }
    }
}
