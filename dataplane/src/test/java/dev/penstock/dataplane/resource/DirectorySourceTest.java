package dev.penstock.dataplane.resource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DirectorySourceTest {
    private static final String STORE = """
            apiVersion: penstock.dev/v1alpha1
            kind: ObjectStore
            metadata: {name: disk}
            spec: {file: {path: recordings}}
            """;

    @TempDir
    Path root;
    private final Heard heard = new Heard();
    private DirectorySource source;

    @BeforeEach
    void open() {
        source = new DirectorySource(root);
    }

    private static String stream(String name, String spec) {
        return "apiVersion: penstock.dev/v1alpha1\nkind: LiveStream\nmetadata:\n  name: " + name + "\nspec:\n"
                + spec.indent(2);
    }

    private static String camera(String name, String port) {
        return stream(name, "source:\n  pull:\n    urls:\n    - url: tcp://127.0.0.1:" + port + "\n");
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text);
    }

    /** Looks twice, which is what it takes for a change to count. */
    private void follow() {
        source.scan(heard);
        source.scan(heard);
    }

    @Test
    void shouldReadAllDocumentsOfAllFilesWithDefaults() throws Exception {
        write("b/deep/rec.yml", "apiVersion: penstock.dev/v1alpha1\nkind: Recording\nmetadata: {name: r}\n"
                + "spec: {streamRef: {name: cam}, storeRef: {name: disk}}\n");
        write("a.yaml", camera("cam", "1") + "---\n" + STORE + "---\n");
        write("notes.txt", "not: [yaml");
        write(".hidden.yaml", "not: [yaml");
        source.load(heard);
        assertThat(heard.events()).containsExactly("+ ObjectStore default/disk", "+ LiveStream default/cam",
                "+ Recording default/r");
        assertThat(heard.problems()).isEmpty();
        assertThat(source.view().stream("default", "cam").orElseThrow().getSpec().segment().max()).isEqualTo("4s");
        assertThat(source.view().recordingsOf(source.view().stream("default", "cam").orElseThrow())).hasSize(1);
        assertThat(source.view().store("other", "disk")).isEmpty();
    }

    @Test
    void shouldSayWhereAndWhatWhenAResourceIsBad() throws Exception {
        write("cams.yaml",
                camera("good", "1") + "---\n" + camera("bad", "2") + "  segment: {max: 90s}\n  colour: red\n---\n"
                        + camera("worse", "3") + "  segment: {max: 90s}\n---\n"
                        + stream("key", "source: {pull: {urls: [{url: 'http://u:hunter2@h/a?token=hunter2'}]}}\n"));
        source.load(heard);
        assertThat(heard.events()).containsExactly("+ LiveStream default/good");
        assertThat(heard.problems()).hasSizeGreaterThan(2).anySatisfy(line -> assertThat(line)
                .startsWith(
                        "cams.yaml:21: LiveStream default/bad: spec.colour: unknown field (expected: one of access, audio,"))
                .anySatisfy(line -> assertThat(line).startsWith(
                        "cams.yaml:32: LiveStream default/worse: spec.segment.max: 90s (expected: at most 1m)"))
                .noneSatisfy(line -> assertThat(line).contains("hunter2"));
    }

    @Test
    void shouldFollowChanges() throws Exception {
        write("a.yaml", camera("cam", "1"));
        source.load(heard);
        write("a.yaml", camera("cam", "2222"));
        write("b.yaml", camera("two", "1"));
        follow();
        assertThat(heard.events()).containsExactly("+ LiveStream default/cam", "~ LiveStream default/cam",
                "+ LiveStream default/two");
        Files.delete(root.resolve("b.yaml"));
        follow();
        assertThat(heard.events()).containsExactly("- LiveStream default/two");
        follow();
        assertThat(heard.events()).isEmpty();
    }

    @Test
    void shouldNotMindAFileThatIsRewrittenWithoutAChange() throws Exception {
        write("a.yaml", camera("cam", "1"));
        source.load(heard);
        heard.events();
        write("a.yaml", "# a comment\n\n" + camera("cam", "1"));
        follow();
        assertThat(heard.events()).isEmpty();
    }

    @Test
    void shouldNotTakeInAFileThatIsStillChanging() throws Exception {
        write("a.yaml", camera("cam", "1"));
        source.load(heard);
        heard.events();
        write("a.yaml", "");
        assertThat(source.scan(heard)).isTrue();
        write("a.yaml", camera("cam", "1") + "---\n" + STORE);
        assertThat(source.scan(heard)).isTrue();
        assertThat(source.scan(heard)).isFalse();
        assertThat(heard.events()).containsExactly("+ ObjectStore default/disk");
    }

    @Test
    void shouldNotMindAnEditorThatMovesTheFileAway() throws Exception {
        write("a.yaml", camera("cam", "1"));
        source.load(heard);
        heard.events();
        Files.move(root.resolve("a.yaml"), root.resolve("a.yaml~"));
        source.scan(heard);
        Files.move(root.resolve("a.yaml~"), root.resolve("a.yaml"));
        follow();
        assertThat(heard.events()).isEmpty();
    }

    @Test
    void shouldFollowALinkThatIsSwapped() throws Exception {
        write("..1/a.yaml", camera("cam", "1"));
        write("..2/a.yaml", camera("cam", "2"));
        Files.createSymbolicLink(root.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(root.resolve("a.yaml"), Path.of("..data/a.yaml"));
        source.load(heard);
        Files.createSymbolicLink(root.resolve("..next"), Path.of("..2"));
        Files.move(root.resolve("..next"), root.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        follow();
        assertThat(heard.events()).containsExactly("+ LiveStream default/cam", "~ LiveStream default/cam");
    }

    @Test
    void shouldKeepTheLastGoodFormOfWhatBecomesBad() throws Exception {
        write("a.yaml", camera("cam", "1") + "---\n" + camera("two", "1"));
        source.load(heard);
        heard.events();
        write("a.yaml", camera("cam", "70") + "  colour: red\n---\n" + camera("two", "2"));
        follow();
        assertThat(heard.events()).containsExactly("~ LiveStream default/two");
        assertThat(heard.problems()).singleElement().asString()
                .startsWith("a.yaml:10: LiveStream default/cam: spec.colour: unknown field");
        write("a.yaml", "a: [");
        follow();
        assertThat(heard.events()).isEmpty();
        assertThat(heard.problems()).singleElement().asString().startsWith("a.yaml:1: not valid YAML");
        assertThat(source.view().stream("default", "cam")).isPresent();
        write("a.yaml", camera("cam", "3"));
        follow();
        assertThat(heard.events()).containsExactly("- LiveStream default/two", "~ LiveStream default/cam");
        assertThat(heard.problems()).isEmpty();
    }

    @Test
    void shouldRefuseToChangeWhatCannotChange() throws Exception {
        String recording = "apiVersion: penstock.dev/v1alpha1\nkind: Recording\nmetadata: {name: r}\n"
                + "spec: {streamRef: {name: cam}, storeRef: {name: disk}}\n";
        write("a.yaml", camera("cam", "1") + "---\n" + camera("two", "1") + "---\n" + STORE + "---\n" + recording);
        source.load(heard);
        heard.events();
        write("a.yaml", camera("cam", "1") + "---\n" + camera("two", "1") + "---\n" + STORE + "---\n"
                + recording.replace("cam", "two"));
        follow();
        assertThat(heard.events()).isEmpty();
        assertThat(heard.problems()).singleElement().asString().contains("Recording default/r: spec.streamRef",
                "unchanged");
    }

    @Test
    void shouldNameBothPlacesOfAResourceThatIsThereTwice() throws Exception {
        write("b.yaml", camera("cam", "1"));
        source.load(heard);
        write("a.yaml", camera("cam", "2"));
        follow();
        assertThat(heard.events()).containsExactly("+ LiveStream default/cam");
        assertThat(heard.problems()).containsExactly(
                "a.yaml:1: LiveStream default/cam: metadata.name: cam (expected: each resource once; it is also in b.yaml:1, which counts)");
        Files.delete(root.resolve("b.yaml"));
        follow();
        assertThat(heard.events()).containsExactly("~ LiveStream default/cam");
        assertThat(heard.problems()).isEmpty();
    }

    @Test
    void shouldReportReferencesThatLeadNowhereUntilTheyHeal() throws Exception {
        write("r.yaml", "apiVersion: penstock.dev/v1alpha1\nkind: Recording\nmetadata: {name: r}\n"
                + "spec:\n  streamRef: {name: cam}\n  storeRef: {name: disk}\n");
        source.load(heard);
        assertThat(heard.problems()).containsExactly(
                "r.yaml:5: Recording default/r: spec.streamRef.name: cam (expected: a LiveStream of namespace default)",
                "r.yaml:6: Recording default/r: spec.storeRef.name: disk (expected: an ObjectStore of namespace default)");
        write("c.yaml", camera("cam", "1") + "---\n" + STORE);
        follow();
        assertThat(heard.problems()).isEmpty();
        assertThat(heard.events()).containsExactly("+ Recording default/r", "+ ObjectStore default/disk",
                "+ LiveStream default/cam");
    }

    @Test
    void shouldReadSecretsAndShowNothingOfThem() throws Exception {
        write("s.yaml",
                "apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\ndata: {a: aHVudGVyMg==}\nstringData: {b: hunter3}\n---\n"
                        + "apiVersion: v1\nkind: Secret\nmetadata: {name: bad}\ndata: {a: '!hunter4'}\nstringData: {b: 77007}\n");
        source.load(heard);
        SecretData secret = source.secret("default", "keys").orElseThrow();
        assertThat(secret.text("a")).contains("hunter2");
        assertThat(secret.text("b")).contains("hunter3");
        assertThat(secret).asString().doesNotContain("hunter");
        assertThat(source.secret("default", "bad")).isEmpty();
        assertThat(heard.events()).containsExactly("secret default/keys");
        assertThat(heard.problems()).isNotEmpty()
                .allSatisfy(line -> assertThat(line).doesNotContain("hunter", "77007"));
    }

    @Test
    void shouldRefuseWhatIsNotServedYetInTheSameWordsAsTheOperator() throws Exception {
        write("a.yaml",
                stream("cam", "source: {pull: {urls: [{url: 'tcp://camera:1', secretRef: {name: a}}]}}\n"));
        write("other.yaml",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n---\napiVersion: penstock.dev/v1beta9\nkind: LiveStream\n"
                        + "metadata: {name: x}\n");
        source.load(heard);
        assertThat(heard.events()).isEmpty();
        assertThat(heard.problems()).containsExactly(
                "a.yaml:6: LiveStream default/cam: spec.source.pull.urls[0].secretRef: for tcp is not served yet (expected: a source without authentication)",
                "other.yaml:6: LiveStream default/x: kind: LiveStream of penstock.dev/v1beta9 (expected: a kind of penstock.dev/v1alpha1)");
    }

    @Test
    void shouldSayWhatItNeedsWhenThereIsNoDirectory() {
        assertThatThrownBy(() -> new DirectorySource(root.resolve("nowhere")).load(heard))
                .isInstanceOf(ResourceSourceException.class)
                .hasMessageEndingWith("nowhere: no such file or directory (expected: a directory of YAML files)");
    }

    @Test
    void shouldKeepWhatItHasWhenTheDirectoryGoesAway() throws Exception {
        write("in/a.yaml", camera("cam", "1"));
        source = new DirectorySource(root.resolve("in"));
        source.load(heard);
        Files.move(root.resolve("in"), root.resolve("out"));
        follow();
        assertThat(heard.events()).containsExactly("+ LiveStream default/cam");
        assertThat(heard.problems()).singleElement().asString()
                .contains("no such file or directory; what was read last stays");
        Files.move(root.resolve("out"), root.resolve("in"));
        follow();
        assertThat(heard.problems()).isEmpty();
    }

    @Test
    void shouldReadASingleFile() throws Exception {
        write("a.conf", camera("cam", "1"));
        source = new DirectorySource(root.resolve("a.conf"));
        source.load(heard);
        assertThat(heard.events()).containsExactly("+ LiveStream default/cam");
    }

    @Test
    void shouldHearOfChangesByItselfUntilStopped() throws Exception {
        source.start(heard);
        write("sub/a.yaml", camera("cam", "1"));
        assertThat(heard.next()).isEqualTo("+ LiveStream default/cam");
        write("sub/a.yaml", camera("cam", "22"));
        assertThat(heard.next()).isEqualTo("~ LiveStream default/cam");
        source.stop();
        Files.delete(root.resolve("sub/a.yaml"));
        assertThat(heard.events()).isEmpty();
    }
}
