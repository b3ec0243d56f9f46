package dev.penstock.operator.haproxy;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.penstock.operator.haproxy.Aliases.OfStream;

import static org.assertj.core.api.Assertions.assertThat;

class AliasesTest {
    @Test
    void shouldStandForTheStreamAndForThePlaylistWhenTheyEndLikeOne() {
        Aliases aliases = Aliases
                .of(List.of(
                        new OfStream("video", "door", "2026-01-01T00:00:00Z", List.of("/pipe.ts", "/a/door.m3u8"))));
        assertThat(aliases.text())
                .isEqualTo("/a/door.m3u8 /live/video/door/index.m3u8\n/pipe.ts /live/video/door/stream.ts\n");
        assertThat(aliases.refused()).isEmpty();
    }

    @Test
    void shouldLeaveAnAliasToTheStreamThatHadItFirst() {
        OfStream old = new OfStream("video", "z", "2026-01-01T00:00:00Z", List.of("/pipe.ts"));
        OfStream young = new OfStream("video", "a", "2026-01-02T00:00:00Z", List.of("/pipe.ts", "/own.ts"));
        Aliases aliases = Aliases.of(List.of(young, old));
        assertThat(aliases.targets()).containsEntry("/pipe.ts", "/live/video/z/stream.ts").containsEntry("/own.ts",
                "/live/video/a/stream.ts");
        assertThat(aliases.refused()).containsExactly(
                "LiveStream a spec.http.aliases: /pipe.ts belongs to LiveStream z (expected: a path that is free)");
    }
}
