package dev.penstock.dataplane.hls;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import dev.penstock.dataplane.segment.CmafConfig;
import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafView;
import dev.penstock.dataplane.segment.CmafWindow;

/** A window that lists what a test says; its bytes are their own names. */
final class FakeCmafWindow implements CmafWindow {
    final AtomicInteger wanted = new AtomicInteger();
    final List<Consumer<CmafView>> listeners = new CopyOnWriteArrayList<>();
    private final CmafConfig config;
    private volatile CmafView view = CmafView.EMPTY;
    private volatile int touched;

    FakeCmafWindow(CmafConfig config) {
        this.config = config;
    }

    /** Lists something else from now on. */
    void list(CmafView next) {
        view = next;
        listeners.forEach(l -> l.accept(next));
    }

    int touched() {
        return touched;
    }

    @Override
    public CmafConfig config() {
        return config;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread.
    public void touch() {
        touched++;
    }

    @Override
    public Runnable want() {
        wanted.incrementAndGet();
        return wanted::decrementAndGet;
    }

    @Override
    public CmafView view() {
        return view;
    }

    @Override
    public Runnable onChange(Consumer<CmafView> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public Optional<ByteBuf> init(String rendition, String id) {
        return segments(rendition).stream().filter(s -> s.init().equals(id)).findFirst()
                .map(s -> bytes(rendition + "/init-" + id));
    }

    @Override
    public Optional<ByteBuf> segment(String rendition, long sequence) {
        return segments(rendition).stream().filter(s -> s.sequence() == sequence && s.complete()).findFirst()
                .map(s -> bytes(rendition + "/" + sequence));
    }

    @Override
    public Optional<ByteBuf> part(String rendition, long sequence, int part) {
        return segments(rendition).stream().filter(s -> s.sequence() == sequence && s.parts().size() > part)
                .findFirst().map(s -> bytes(rendition + "/" + sequence + "." + part));
    }

    private List<CmafSegment> segments(String rendition) {
        return view.rendition(rendition).map(CmafRendition::segments).orElse(List.of());
    }

    private static ByteBuf bytes(String name) {
        return Unpooled.copiedBuffer(name, StandardCharsets.UTF_8);
    }
}
