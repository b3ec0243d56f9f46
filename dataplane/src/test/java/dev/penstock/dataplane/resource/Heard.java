package dev.penstock.dataplane.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

/** A listener that writes down what it hears: {@code + key}, {@code ~ key}, {@code - key}, {@code secret ns/name}, {@code permits}. */
final class Heard implements ResourceListener {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private volatile List<Problem> problems = List.of();

    @Override
    public void applied(@Nullable HasMetadata old, HasMetadata now) {
        events.add((old == null ? "+ " : "~ ") + ResourceKey.of(now));
    }

    @Override
    public void deleted(HasMetadata last) {
        events.add("- " + ResourceKey.of(last));
    }

    @Override
    public void problems(List<Problem> all) {
        problems = all;
    }

    @Override
    public void secretChanged(String namespace, String name) {
        events.add("secret " + namespace + "/" + name);
    }

    @Override
    public void permitsChanged() {
        events.add("permits");
    }

    /** What was heard since the last call. */
    List<String> events() {
        List<String> out = new ArrayList<>();
        events.drainTo(out);
        return out;
    }

    /** The next thing, waiting for it. */
    String next() throws InterruptedException {
        String event = events.poll(20, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("nothing heard for 20 s");
        }
        return event;
    }

    List<String> problems() {
        return problems.stream().map(Problem::sentence).toList();
    }
}
