package dev.penstock.dataplane.ingest.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class ConfineTest {
    @TempDir
    Path root;

    private Path file(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "x");
    }

    private Confine media() {
        return new Confine(Optional.of(List.of(root + "/media")));
    }

    @Test
    void shouldFollowLinksThatStayInside() throws IOException {
        Path inside = file("media/deep/a.ts");
        Path link = Files.createSymbolicLink(root.resolve("media/link.ts"), inside);
        assertThat(media().resolve(inside)).isEqualTo(inside.toRealPath());
        assertThat(media().resolve(link)).isEqualTo(inside.toRealPath());
    }

    @Test
    void shouldFollowAPermittedFolderThatIsALink() throws IOException {
        Path inside = file("disk/a.ts");
        Files.createSymbolicLink(root.resolve("media"), root.resolve("disk"));
        assertThat(media().resolve(root.resolve("media/a.ts"))).isEqualTo(inside.toRealPath());
    }

    @Test
    void shouldRefuseWhatLeadsOut() throws IOException {
        file("media/a.ts");
        Path secret = file("secret/key");
        Path link = Files.createSymbolicLink(root.resolve("media/out"), secret);
        Files.createSymbolicLink(root.resolve("media/folder"), root.resolve("secret"));
        assertThatIOException().isThrownBy(() -> media().resolve(link))
                .withMessageStartingWith("leads out of the permitted folders (expected: ");
        assertThatIOException().isThrownBy(() -> media().resolve(root.resolve("media/folder/key")));
        assertThatIOException().isThrownBy(() -> media().resolve(root.resolve("media/../secret/key")));
        assertThat(Confine.NONE.resolve(link)).isEqualTo(link);
    }
}
