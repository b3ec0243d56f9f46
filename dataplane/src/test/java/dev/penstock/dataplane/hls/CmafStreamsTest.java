package dev.penstock.dataplane.hls;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.hls.playlist.CmafViews;
import dev.penstock.dataplane.segment.CmafView;

import static org.assertj.core.api.Assertions.assertThat;

class CmafStreamsTest {
    private final CmafStreams streams = new CmafStreams();
    private final FakeCmafWindow window = new FakeCmafWindow(CmafViews.lowLatency(60));

    @Test
    void shouldKeepAStreamUntilItEnds() {
        CmafStream stream = streams.of(window);
        assertThat(streams.of(window)).isSameAs(stream);
        assertThat(window.listeners).hasSize(1);
        window.list(new CmafView(2, List.of(), true));
        assertThat(streams.size()).isZero();
        streams.of(window);
        assertThat(streams.size()).isZero();
    }

    @Test
    void shouldMakeEachTextOncePerChange() {
        CmafStream stream = streams.of(window);
        window.list(CmafViews.of(3, 1).view("video", "audio"));
        Snapshot now = stream.now();
        assertThat(stream.now()).isSameAs(now);
        assertThat(now.media("video", true).orElseThrow()).isSameAs(stream.now().media("video", true).orElseThrow());
        window.list(CmafViews.of(3, 2).view("video", "audio"));
        assertThat(stream.now()).isNotSameAs(now);
    }
}
