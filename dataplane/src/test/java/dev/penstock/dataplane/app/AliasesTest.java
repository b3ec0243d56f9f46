package dev.penstock.dataplane.app;

import java.util.List;
import java.util.Optional;

import io.fabric8.kubernetes.client.utils.Serialization;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamSpec;
import dev.penstock.dataplane.api.ProblemView;
import dev.penstock.dataplane.http.Router;

import static org.assertj.core.api.Assertions.assertThat;

class AliasesTest {
    private final Problems problems = new Problems();
    private final Aliases aliases = new Aliases(problems);

    @Test
    void shouldLeadToTheStreamAndByARedirectToItsPlaylist() {
        aliases.apply(stream("door", null, "/pipe.ts", "/tv/1.m3u8", "/old"));
        assertThat(aliases.find("/pipe.ts")).contains(new Router.Detour("/live/a/door/stream.ts", false));
        assertThat(aliases.find("/old")).contains(new Router.Detour("/live/a/door/stream.ts", false));
        assertThat(aliases.find("/tv/1.m3u8")).contains(new Router.Detour("/live/a/door/index.m3u8", true));
        aliases.apply(stream("door", null, "/old"));
        assertThat(aliases.find("/pipe.ts")).isEmpty();
        aliases.remove("a", "door");
        aliases.remove("a", "never-there");
        assertThat(aliases.find("/old")).isEmpty();
        assertThat(problems.views()).isEmpty();
    }

    @Test
    void shouldBelongToTheOldestStream() {
        aliases.apply(stream("young", "2026-02-01T00:00:00Z", "/pipe.ts"));
        aliases.apply(stream("old", "2026-01-01T00:00:00Z", "/pipe.ts", "/b"));
        assertThat(owner("/pipe.ts")).contains("/live/a/old/stream.ts");
        assertThat(problems.views()).containsExactly(new ProblemView(null, "LiveStream a/young", "spec.http.aliases",
                "/pipe.ts", "a path that is free; this one belongs to LiveStream a/old"));
        aliases.apply(stream("old", "2026-01-01T00:00:00Z", "/b"));
        assertThat(owner("/pipe.ts")).contains("/live/a/young/stream.ts");
        assertThat(problems.views()).isEmpty();
        aliases.apply(stream("young", "2026-02-01T00:00:00Z", "/pipe.ts", "/b"));
        assertThat(problems.views()).extracting(ProblemView::value).containsExactly("/b");
        aliases.remove("a", "young");
        assertThat(problems.views()).isEmpty();
    }

    @Test
    void shouldBelongToTheFirstToComeWhenNobodySaysHowOldTheyAre() {
        aliases.apply(stream("z", null, "/pipe.ts"));
        aliases.apply(stream("a", null, "/pipe.ts"));
        assertThat(owner("/pipe.ts")).contains("/live/a/z/stream.ts");
        aliases.apply(stream("z", null, "/pipe.ts", "/more"));
        assertThat(owner("/pipe.ts")).as("a change does not make it younger").contains("/live/a/z/stream.ts");
    }

    private Optional<String> owner(String path) {
        return aliases.find(path).map(Router.Detour::path);
    }

    private static LiveStream stream(String name, @Nullable String created, String... paths) {
        LiveStream stream = new LiveStream();
        stream.getMetadata().setNamespace("a");
        stream.getMetadata().setName(name);
        stream.getMetadata().setCreationTimestamp(created);
        stream.setSpec(Serialization.unmarshal("http: {aliases: [" + String.join(", ", List.of(paths)) + "]}",
                LiveStreamSpec.class));
        return stream;
    }
}
