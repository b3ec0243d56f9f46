package dev.penstock.dataplane.app;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Ticker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.dataplane.access.PublishHooks;
import dev.penstock.dataplane.access.PublishMetrics;
import dev.penstock.dataplane.hls.HlsViewers;
import dev.penstock.dataplane.hub.TsMaker;
import dev.penstock.dataplane.ingest.IngestMetrics;
import dev.penstock.dataplane.ingest.PullContext;
import dev.penstock.dataplane.ingest.push.Publication;
import dev.penstock.dataplane.ingest.push.PublishRequest;
import dev.penstock.dataplane.ingest.push.PublishVerdict;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Accepted;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Reason;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Refused;
import dev.penstock.dataplane.push.PushContext;
import dev.penstock.dataplane.push.PushMetrics;
import dev.penstock.dataplane.segment.Segment;
import dev.penstock.dataplane.segment.SegmentListener;
import dev.penstock.dataplane.segment.SegmentWindow;

import static org.assertj.core.api.Assertions.assertThat;

/** What publishers and viewers of a pushed stream live through, from the gate to the playlist. */
class PushStreamsTest {
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FakeResources resources = new FakeResources();
    private final Problems problems = new Problems();
    private final LiveStreams streams = new LiveStreams(loops,
            new NodeContext(resources, StreamMeters.in(registry), new HlsViewers(Ticker.systemTicker()),
                    InstantSource.system(), PullContext.usual(new IngestMetrics(registry), new Random(1)),
                    NodeSettings.Admission.ALL, HookSettings.alone(resources),
                    PushContext.usual(InstantSource.system(), new Random(1), new PushMetrics(registry))),
            problems);
    private final PublishHooks hooks = new PublishHooks(InstantSource.system(), System::nanoTime,
            new PublishMetrics(registry));
    private final StreamGate gate = new StreamGate(streams,
            new PublishRules(resources, HookSettings.alone(resources), hooks), null, new PublishMetrics(registry),
            System::nanoTime);
    private final TsMaker maker = new TsMaker(true, 0);
    private int frame;

    @AfterEach
    void stop() {
        hooks.close();
        streams.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void shouldTakeEveryKeyOfTheSecretAndNoOther() {
        resources.put("ns", "keys", "old", "new\n");
        streams.apply(stream("cam", "{keySecretRef: {name: keys}}", "10s"));
        leave(accepted(ask("cam", "old")));
        leave(accepted(ask("cam", "new")));
        assertThat(ask("cam", "wrong")).isEqualTo(ask("cam", "other"));
        String words = refused(ask("cam", "wrong")).message();
        assertThat(words).isEqualTo("stream ns/cam: there is none that takes this key").doesNotContain("wrong");
        assertThat(refused(ask("cam", null)).message()).isEqualTo(words);
        assertThat(refused(ask("nothing", "old")).message()).isEqualTo(words.replace("ns/cam", "ns/nothing"));
        assertThat(refused(ask("cam", "wrong")).reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(refused(ask("nothing", "old")).reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(resources.doubts.get()).as("the Secret may have changed").isPositive();
        assertThat(registry.get("penstock.publish.requests").tag("verdict", "forbidden").counter().count())
                .isEqualTo(5);
    }

    @Test
    void shouldTellThePassphraseOfSrtAndTakeItForNoKey() {
        resources.put("ns", "keys", Map.of("one", "a", "passphrase", "open sesame!\n"));
        streams.apply(stream("cam", "{keySecretRef: {name: keys}}", "10s"));
        assertThat(gate.passphrase("ns", "cam")).hasValue("open sesame!");
        assertThat(gate.passphrase("ns", "other")).isEmpty();
        leave(accepted(ask("cam", "a")));
        assertThat(refused(ask("cam", "open sesame!")).reason()).isEqualTo(Reason.FORBIDDEN);
        resources.put("ns", "keys", Map.of("one", "a"));
        streams.secretChanged("ns", "keys");
        assertThat(gate.passphrase("ns", "cam")).isEmpty();
        resources.put("ns", "keys", Map.of("one", "a", "passphrase", "short"));
        streams.secretChanged("ns", "keys");
        assertThat(problems.views()).singleElement().satisfies(problem -> assertThat(problem.expected()).isEqualTo(
                "spec.source.push.keySecretRef.name: keys: passphrase of 5 characters (expected: 10 to 79)"));
        resources.put("ns", "keys", Map.of("passphrase", "open sesame!"));
        streams.secretChanged("ns", "keys");
        assertThat(problems.views()).singleElement().satisfies(problem -> assertThat(problem.expected()).isEqualTo(
                "spec.source.push.keySecretRef.name: keys (expected: a Secret with at least one stream key)"));
    }

    @Test
    void shouldLetNobodyPublishWithoutKeys() {
        streams.apply(stream("cam", "{}", "10s"));
        assertThat(refused(ask("cam", null)).reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(refused(ask("cam", "")).reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(problems.views()).singleElement().satisfies(problem -> assertThat(problem.expected())
                .startsWith("spec.source.push.keySecretRef: none (expected:"));
        streams.apply(stream("cam", "{keySecretRef: {name: keys}}", "10s"));
        assertThat(problems.views()).singleElement().satisfies(problem -> assertThat(problem.expected()).isEqualTo(
                "spec.source.push.keySecretRef.name: keys (expected: a Secret in namespace ns)"));
        resources.put("ns", "keys", "a");
        streams.secretChanged("ns", "keys");
        assertThat(problems.views()).isEmpty();
        accepted(ask("cam", "a"));
    }

    @Test
    void shouldSendAwayWhoseKeyIsWithdrawn() {
        resources.put("ns", "keys", "a", "b");
        streams.apply(stream("cam", "{keySecretRef: {name: keys}}", "10s"));
        Publication one = accepted(ask("cam", "a"));
        List<String> told = new CopyOnWriteArrayList<>();
        OnLoop.run(one.loop(), () -> one.onRevoked(told::add));
        resources.put("ns", "keys", "a", "c");
        streams.secretChanged("ns", "keys");
        assertThat(told).isEmpty();
        resources.put("ns", "keys", "b", "c");
        streams.secretChanged("ns", "keys");
        assertThat(told).containsExactly("its stream key is not valid any more");
    }

    @Test
    void shouldGoOnWithOneDiscontinuityWhenThePublisherIsBackInTime() {
        resources.put("ns", "keys", "a");
        streams.apply(stream("cam", "{keySecretRef: {name: keys}}", "30s"));
        List<String> heard = new CopyOnWriteArrayList<>();
        streams.tap("ns", "cam", heardBy(heard));
        for (int round = 0; round < 4; round++) {
            Publication publication = accepted(ask("cam", "a"));
            play(publication, 7);
            leave(publication);
        }
        SegmentWindow.View view = window().view();
        assertThat(view.ended()).isFalse();
        List<Segment.Info> segments = view.segments();
        assertThat(segments.stream().filter(Segment.Info::discontinuity)).as("one a return").hasSize(3);
        for (int i = 1; i < segments.size(); i++) {
            assertThat(segments.get(i).sequence()).isEqualTo(segments.get(i - 1).sequence() + 1);
            assertThat(segments.get(i).discontinuitySequence() - segments.get(i - 1).discontinuitySequence())
                    .isEqualTo(segments.get(i).discontinuity() ? 1 : 0);
        }
        assertThat(heard).doesNotContain("ended").hasSize(segments.size());
        assertThat(streams.all().get("ns/cam").state().now().connected()).isFalse();
    }

    @Test
    void shouldEndAfterTheWindowAndBeginAgainWithRisingSequences() {
        resources.put("ns", "keys", "a");
        streams.apply(stream("cam", "{keySecretRef: {name: keys}}", "200ms"));
        List<String> heard = new CopyOnWriteArrayList<>();
        streams.tap("ns", "cam", heardBy(heard));
        Publication one = accepted(ask("cam", "a"));
        play(one, 7);
        SegmentWindow before = window();
        leave(one);
        await(() -> window().view().ended());
        assertThat(window()).as("what was there can be played to its end").isSameAs(before);
        assertThat(window().acquire(before.view().segments().getLast().sequence())).isPresent()
                .hasValueSatisfying(Segment::release);
        assertThat(heard).endsWith("ended");
        long last = before.view().segments().getLast().sequence();
        Publication two = accepted(ask("cam", "a"));
        play(two, 7);
        assertThat(window()).isNotSameAs(before);
        assertThat(window().view().ended()).isFalse();
        assertThat(window().view().segments().getFirst().sequence()).isGreaterThan(last);
        assertThat(window().view().segments().getFirst().discontinuitySequence())
                .isGreaterThan(before.view().segments().getLast().discontinuitySequence());
        assertThat(heard.getLast()).isEqualTo("" + window().view().segments().getLast().sequence());
    }

    @Test
    void shouldKeepThePublisherWhenSettingsChange() {
        resources.put("ns", "keys", "a");
        streams.apply(stream("cam", "{keySecretRef: {name: keys}}", "10s"));
        Publication one = accepted(ask("cam", "a"));
        List<String> told = new ArrayList<>();
        OnLoop.run(one.loop(), () -> one.onRevoked(told::add));
        play(one, 7);
        SegmentWindow before = window();
        long last = before.view().segments().getLast().sequence();
        LiveStream changed = stream("cam", "{keySecretRef: {name: keys}, secondPublisher: Replace}", "10s",
                "segment: {window: 60s, target: 2s, max: 4s}");
        streams.apply(changed);
        assertThat(window()).isNotSameAs(before);
        play(one, 7);
        assertThat(told).isEmpty();
        assertThat(window().view().segments().getFirst().sequence()).isGreaterThan(last);
        streams.remove("ns", "cam");
        await(() -> !told.isEmpty());
    }

    /** Seconds of video, a key frame each second. */
    private void play(Publication publication, int seconds) {
        OnLoop.run(publication.loop(), () -> {
            for (int i = 0; i < seconds * 25; i++) {
                List<byte[]> packets = new ArrayList<>(i % 25 == 0 ? maker.psi() : List.of());
                packets.addAll(maker.frame(frame++, i % 25 == 0, 300));
                publication.packets(TsMaker.buffer(packets));
            }
        });
    }

    private SegmentWindow window() {
        return streams.windows().find("ns", "cam").orElseThrow();
    }

    private static void leave(Publication publication) {
        OnLoop.run(publication.loop(), () -> publication.close("bye"));
    }

    private static SegmentListener heardBy(List<String> heard) {
        return new SegmentListener() {
            @Override
            public void finished(Segment segment) {
                heard.add("" + segment.info().sequence());
            }

            @Override
            public void ended() {
                heard.add("ended");
            }
        };
    }

    private PublishVerdict ask(String name, @Nullable String key) {
        CompletableFuture<PublishVerdict> verdict = new CompletableFuture<>();
        gate.admit(new PublishRequest("http", "ns", name, key, new InetSocketAddress("127.0.0.1", 1)),
                verdict::complete);
        return verdict.orTimeout(5, TimeUnit.SECONDS).join();
    }

    private static Publication accepted(PublishVerdict verdict) {
        assertThat(verdict).isInstanceOf(Accepted.class);
        return ((Accepted) verdict).publication();
    }

    private static Refused refused(PublishVerdict verdict) {
        assertThat(verdict).isInstanceOf(Refused.class);
        return (Refused) verdict;
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static LiveStream stream(String name, String push, String window, String... more) {
        return Serialization.unmarshal(
                """
                        metadata: {namespace: ns, name: %s}
                        spec:
                          source: {push: %s}
                          reconnectWindow: %s
                          outputs: {hls: {enabled: true, lowLatency: false}, dash: {enabled: false, lowLatency: false}, ts: {enabled: true, flushInterval: 50ms, slowViewer: SkipToKeyframe, writeTimeout: 10s}}
                          limits: {}
                          %s
                        """
                        .formatted(name, push, window,
                                more.length == 0 ? "segment: {target: 2s, max: 4s, window: 40s}" : more[0]),
                LiveStream.class);
    }
}
