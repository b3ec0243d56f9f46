package dev.penstock.dataplane.record;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

import dev.penstock.dataplane.store.file.FileObjectStore;

/** Records until it is killed, and prints the number of each segment once it is kept. */
final class RecordingProcess {
    private RecordingProcess() {}

    /** Arguments: folder of the spool, folder of the store, segments that were recorded before. */
    public static void main(String[] args) {
        Studio studio = new Studio(Path.of(args[0]));
        FileObjectStore store = new FileObjectStore(Path.of(args[1]), InstantSource.system());
        long before = Long.parseLong(args[2]);
        if (before > 0) {
            studio.sequence += before;
            studio.mediaMs = before * Studio.SEGMENT_MS;
            studio.restart(Duration.ofSeconds(1));
        }
        Recorder recorder = studio.recorder(() -> store);
        recorder.start();
        while (true) {
            int kept = recorder.status().segments();
            if (recorder.status().phase() == RecorderStatus.Phase.STARTING) {
                Thread.onSpinWait();
                continue;
            }
            long sequence = studio.sequence;
            studio.record(recorder);
            Studio.await("kept", () -> recorder.status().segments() > kept);
            System.out.println(sequence);
        }
    }
}
