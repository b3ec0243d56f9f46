package dev.penstock.dataplane.ingest;

import java.util.ArrayList;
import java.util.List;

import dev.penstock.dataplane.hub.TsMaker;
import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.media.SourceInfo;

/** A source that does what the test says, when it says so. */
final class FakeSource implements SourceFactory {
    final List<Connection> connections = new ArrayList<>();
    private final int index;
    private final String host;

    /** One try of it. */
    final class Connection implements Input {
        private final InputEvents events;
        private final TsMaker maker = new TsMaker(true, 0);
        private int frames;
        boolean started;
        boolean closed;

        Connection(InputEvents events) {
            this.events = events;
        }

        @Override
        public void start() {
            started = true;
        }

        @Override
        public void close() {
            closed = true;
        }

        /** Sends tables, a key frame and four more. */
        void gop() {
            List<byte[]> packets = new ArrayList<>(maker.psi());
            for (int i = 0; i < 5; i++) {
                packets.addAll(maker.frame(frames++, i == 0, 400));
            }
            events.bytes(TsMaker.buffer(packets));
        }

        /** Sends frames that nothing can begin with. */
        void frames(int count, int size) {
            List<byte[]> packets = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                packets.addAll(maker.frame(frames++, false, size));
            }
            events.bytes(TsMaker.buffer(packets));
        }

        void fails() {
            events.ended("source " + index + " failed", false);
        }
    }

    FakeSource(int index) {
        this(index, "host" + index);
    }

    FakeSource(int index, String host) {
        this.index = index;
        this.host = host;
    }

    Connection last() {
        return connections.getLast();
    }

    @Override
    public SourceInfo info() {
        return new SourceInfo("tcp", "tcp://" + host, index);
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public Input create(InputSettings settings, InputEvents events) {
        Connection connection = new Connection(events);
        connections.add(connection);
        return connection;
    }
}
