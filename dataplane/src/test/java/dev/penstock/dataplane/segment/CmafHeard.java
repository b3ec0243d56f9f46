package dev.penstock.dataplane.segment;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/** Keeps what a segmenter makes, and checks what must be so in any case. */
final class CmafHeard implements CmafListener {
    final List<List<String>> runs = new ArrayList<>();
    final Map<String, byte[]> inits = new HashMap<>();
    final Map<String, TreeMap<Long, CmafSegment>> segments = new TreeMap<>();
    final Map<String, List<byte[]>> parts = new TreeMap<>();
    boolean asleep;
    boolean ended;
    private final Map<String, CmafSegment> open = new HashMap<>();

    @Override
    public void run(List<String> renditions) {
        assertThat(open).as("finished before").isEmpty();
        runs.add(renditions);
    }

    @Override
    public void init(String rendition, String id, byte[] bytes) {
        inits.put(rendition + "/" + id, bytes);
    }

    @Override
    public void segment(String rendition, CmafSegment now, @Nullable ByteBuf part) {
        assertThat(inits).containsKey(rendition + "/" + now.init());
        CmafSegment before = open.remove(rendition);
        TreeMap<Long, CmafSegment> all = segments.computeIfAbsent(rendition, r -> new TreeMap<>());
        int had = 0;
        if (before == null) {
            assertThat(all.headMap(now.sequence(), true)).hasSameSizeAs(all);
        } else {
            assertThat(now.sequence()).isEqualTo(before.sequence());
            assertThat(now.parts()).startsWith(before.parts().toArray(CmafPart[]::new));
            had = before.parts().size();
        }
        assertThat(now.parts()).hasSize(had + (part == null ? 0 : 1));
        assertThat(now.parts().stream().mapToInt(CmafPart::bytes).sum()).isEqualTo(now.bytes());
        if (part != null) {
            assertThat(part.readableBytes()).isEqualTo(now.parts().getLast().bytes());
            parts.computeIfAbsent(rendition, r -> new ArrayList<>()).add(ByteBufUtil.getBytes(part));
            part.release();
        }
        all.put(now.sequence(), now);
        if (!now.complete()) {
            open.put(rendition, now);
        }
    }

    @Override
    public void asleep() {
        asleep = true;
    }

    @Override
    public void ended() {
        assertThat(open).isEmpty();
        ended = true;
    }

    /** The segments of a rendition, in order. */
    List<CmafSegment> of(String rendition) {
        return List.copyOf(segments.getOrDefault(rendition, new TreeMap<>()).values());
    }

    /** A file: the first initialization segment of a rendition and all of its parts. */
    byte[] file(String rendition) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(inits.get(rendition + "/" + of(rendition).getFirst().init()));
        parts.get(rendition).forEach(out::writeBytes);
        return out.toByteArray();
    }
}
