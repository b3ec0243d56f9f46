package dev.penstock.dataplane.record;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The recorders of this process, by Recording. Safe for use by many threads; does not start or stop them. */
public final class Recorders {
    private final ConcurrentMap<String, Recorder> byLabel = new ConcurrentHashMap<>();

    /** Adds a recorder, in the place of an earlier one of the same Recording. */
    public void add(Recorder recorder) {
        byLabel.put(recorder.identity().label(), recorder);
    }

    /** Removes a recorder. */
    public void remove(Recorder recorder) {
        byLabel.remove(recorder.identity().label(), recorder);
    }

    /** The recorder of a Recording. */
    public Optional<Recorder> find(String namespace, String recording) {
        return Optional.ofNullable(byLabel.get(namespace + "/" + recording));
    }

    /** The present state of each recorder. */
    public Collection<RecorderStatus> statuses() {
        return byLabel.values().stream().map(Recorder::status).toList();
    }
}
