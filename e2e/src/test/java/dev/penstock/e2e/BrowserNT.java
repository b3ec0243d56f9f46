package dev.penstock.e2e;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What a person sees in a browser, through the gateway. Screenshots lie in {@code e2e/target/node}. */
class BrowserNT {
    /** Seconds that have really been played, of the video that has played most; a jump to the live edge is none. */
    private static final String PLAYED = """
            String(Math.max(0, ...[...document.querySelectorAll('video')].map(v => {
              let seconds = 0;
              for (let i = 0; i < v.played.length; i++) seconds += v.played.end(i) - v.played.start(i);
              return seconds;
            })))""";
    private static NodeCluster cluster;

    @TempDir
    Path profile;

    @BeforeAll
    static void install() {
        cluster = NodeCluster.get();
    }

    @Test
    void shouldPlayOnThePageOfTheGateway() throws IOException {
        try (Browser browser = new Browser(profile)) {
            browser.open(cluster.url("/"));
            plays(browser);
            browser.screenshot(Path.of("target/node/page.png"));
        }
    }

    /** An application of the user's own, under a path of the same host: no other origin, so no preflight. */
    @Test
    void shouldPlayOnAPageOfAnApplicationBehindTheSameHost() throws IOException {
        cluster.programs().ok("kubectl", "--namespace", NodeCluster.NAMESPACE, "apply", "-f",
                "e2e/src/test/resources/node/app.yaml");
        cluster.kubectl("rollout", "status", "deployment/app", "--timeout=4m");
        URI page = cluster.url("/app/index.html?stream=/live/" + NodeCluster.NAMESPACE + "/camera/index.m3u8");
        try (Browser browser = new Browser(profile)) {
            browser.open(page);
            plays(browser);
            browser.screenshot(Path.of("target/node/app.png"));
            assertThat(browser.requests()).noneMatch(r -> r.startsWith("OPTIONS "))
                    .anyMatch(r -> r.contains("/live/") && r.contains(page.getAuthority()))
                    .allMatch(r -> r.contains(page.getAuthority()) || r.contains(" blob:") || r.contains(" data:"));
        }
    }

    private static void plays(Browser browser) {
        cluster.await("2 s have played: " + browser.requests(), Browser.PLAYS,
                () -> Double.parseDouble(browser.value(PLAYED)) > 2);
    }
}
