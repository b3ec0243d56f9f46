package dev.penstock.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The kubectl cookbook as it stands in docs: each file of a page is written, each command run, each output held against the page;
 * {@code -Dgolden.update} writes the page instead.
 */
class KubectlST {
    private static final Pattern FIELD = Pattern.compile("^ +[A-Z][A-Za-z ]*: |^\\*");
    private static final Pattern AGE = Pattern.compile("(?<=^| )\\d{1,3}[smhd](?=$| )");
    private static final Pattern FILE = Pattern.compile("Save this as `([^`]+)`");

    private final KubernetesClient client = ControlPlane.get().admin();
    @TempDir
    Path folder;

    @Test
    void shouldSayWhatTheCookbookShows() throws IOException {
        run(Path.of("../docs/kubectl.md"), "video");
    }

    private void run(Path page, String namespace) throws IOException {
        TestNamespace space = TestNamespace.create(client, namespace);
        List<String> made = new ArrayList<>();
        try (FakePods _ = new FakePods(client, namespace); Kubectl kubectl = Kubectl.in(space)) {
            String file = "";
            List<String> block = null;
            boolean isConsole = false;
            for (String line : Files.readAllLines(page)) {
                Matcher names = FILE.matcher(line);
                file = names.find() ? names.group(1) : file;
                if (block == null) {
                    made.add(line);
                    isConsole = line.equals("```console");
                    block = isConsole || line.equals("```yaml") ? new ArrayList<>() : null;
                } else if (line.equals("```")) {
                    if (isConsole) {
                        transcript(kubectl, space, block).forEach(made::add);
                    } else {
                        Files.writeString(folder.resolve(file), String.join("\n", block));
                        made.addAll(block);
                    }
                    made.add(line);
                    block = null;
                } else {
                    block.add(line);
                }
            }
        }
        String text = String.join("\n", made) + "\n";
        if (System.getProperty("golden.update") != null) {
            Files.writeString(page, text);
        }
        assertThat(text).isEqualTo(Files.readString(page));
    }

    private List<String> transcript(Kubectl kubectl, TestNamespace space, List<String> block) {
        List<String> lines = new ArrayList<>();
        for (String line : block) {
            if (line.startsWith("$ kubectl ")) {
                lines.add(line);
                settle(space, line);
                kubectl.run(null, folder, line.substring("$ kubectl ".length()).split(" ")).output().lines()
                        .map(KubectlST::normal).forEach(lines::add);
                sortBullets(lines);
            }
        }
        return lines;
    }

    /** What shows events waits for the first. */
    private void settle(TestNamespace space, String command) {
        long start = System.nanoTime();
        while ((command.contains(" events ") || command.contains(" describe "))
                && client.v1().events().inNamespace(space.name()).list().getItems().stream().map(Event::getReason)
                        .noneMatch("PoolNotFound"::equals)
                && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(20)) {
            LockSupport.parkNanos(200_000_000);
        }
    }

    /** The API server lists what is wrong in any order. */
    private static void sortBullets(List<String> lines) {
        int from = lines.size();
        while (from > 0 && lines.get(from - 1).startsWith("* ")) {
            from--;
        }
        lines.subList(from, lines.size()).sort(Comparator.naturalOrder());
    }

    /** Without what differs from run to run, as wide as it was. */
    private static String normal(String line) {
        String text = line
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "f0e1d2c3-0000-4000-8000-000000000001")
                .replaceAll("\\b20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", "2026-11-21T12:00:00Z")
                .replaceAll("\\b1[789]\\d{8}\\b", "1795219200").replaceAll("(Resource Version: +)\\d+", "$11000");
        // A field of a spec, or a sentence, says what it says.
        return (FIELD.matcher(text).find()
                ? text
                : AGE.matcher(text).replaceAll(
                        m -> "9s" + " ".repeat(m.end() == m.group().length() || m.end() < text.length()
                                ? m.group().length() - 2
                                : 0)))
                .stripTrailing();
    }
}
