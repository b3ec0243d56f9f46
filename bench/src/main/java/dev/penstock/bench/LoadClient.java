package dev.penstock.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Many viewers of endless answers of one or several streams, at little cost: most have their bytes thrown away by the kernel, some are
 * read and looked into, some never read. One thread, that of the caller.
 */
final class LoadClient implements AutoCloseable {
    /** So many viewers are really read. */
    private static final int LOOKED_INTO = 20;
    private static final int CONNECTS_BEFORE_READING = 20;

    private final LinuxSockets sockets = new LinuxSockets();
    private final int port;
    private final int[] fds;
    private final int reading;
    private final long[] bytes;
    private final long[] marked;
    private final boolean[] gone;
    private final Look[] looks;
    private long[] delays = new long[1 << 12];
    private int delayCount;

    /**
     * @param port of the server, on this machine
     * @param reading viewers that read
     * @param stalled viewers that never do
     */
    LoadClient(int port, int reading, int stalled) {
        this.port = port;
        this.reading = reading;
        fds = new int[reading + stalled];
        bytes = new long[reading];
        marked = new long[reading];
        gone = new boolean[reading];
        looks = new Look[reading];
    }

    /** What a viewer that is read has found. */
    private final class Look {
        private final ContinuityCheck continuity;
        private final Stamps stamps = new Stamps(this::stamp);
        private boolean body;
        private int newlines;

        Look(boolean ts) {
            continuity = ts ? new ContinuityCheck() : null;
        }

        void accept(MemorySegment data, int count) {
            ByteBuffer read = data.asSlice(0, count).asByteBuffer();
            while (!body && read.hasRemaining()) {
                byte next = read.get();
                newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
                body = newlines == 2;
            }
            if (continuity != null) {
                ByteBuf part = Unpooled.wrappedBuffer(read);
                continuity.accept(part);
                part.release();
            }
            while (read.hasRemaining()) {
                stamps.accept(read.get());
            }
        }

        private void stamp(long nanos) {
            if (delayCount == delays.length) {
                delays = Arrays.copyOf(delays, delayCount * 2);
            }
            delays[delayCount++] = System.nanoTime() - nanos;
        }
    }

    /** Connects all viewers, spread over the paths. */
    void connect(List<String> paths) {
        int every = Math.max(1, reading / LOOKED_INTO);
        for (int i = 0; i < fds.length; i++) {
            String path = paths.get(i % paths.size());
            fds[i] = sockets.request(port, "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n");
            if (i < reading) {
                looks[i] = i % every == 0 ? new Look(path.endsWith(".ts")) : null;
                sockets.watch(fds[i], i);
            }
            if (i % CONNECTS_BEFORE_READING == 0) {
                turn(0);
            }
        }
    }

    /** Reads for a while. */
    void run(double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < end) {
            turn(20);
        }
    }

    /** Counts from here. */
    void mark() {
        System.arraycopy(bytes, 0, marked, 0, reading);
        delayCount = 0;
    }

    private void turn(int millis) {
        int ready = sockets.await(millis);
        for (int n = 0; n < ready; n++) {
            int i = sockets.token(n);
            boolean look = looks[i] != null || bytes[i] == 0;
            long count = look ? sockets.read(fds[i]) : sockets.discard(fds[i]);
            if (count > 0 && bytes[i] == 0 && !ok(sockets.scratch())) {
                throw new IllegalStateException("viewer " + i + " was answered: " + head((int) count));
            }
            if (count > 0) {
                bytes[i] += count;
                if (looks[i] != null) {
                    looks[i].accept(sockets.scratch(), (int) count);
                }
            } else if (count == 0 || sockets.gone(n)) {
                gone[i] = true;
                sockets.unwatch(fds[i]);
            }
        }
    }

    private static boolean ok(MemorySegment answer) {
        return head(answer, 12).equals("HTTP/1.1 200");
    }

    private String head(int count) {
        return head(sockets.scratch(), Math.min(count, 200));
    }

    private static String head(MemorySegment answer, int count) {
        return new String(answer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
    }

    /** Bytes that the viewers got since the mark. */
    long received() {
        long sum = 0;
        for (int i = 0; i < reading; i++) {
            sum += bytes[i] - marked[i];
        }
        return sum;
    }

    /** What the slowest viewer got since the mark, of what the fastest got. */
    double slowestToFastest() {
        long least = Long.MAX_VALUE;
        long most = 1;
        for (int i = 0; i < reading; i++) {
            least = Math.min(least, bytes[i] - marked[i]);
            most = Math.max(most, bytes[i] - marked[i]);
        }
        return least / (double) most;
    }

    /** Delays since the mark, ms, smallest first: from the moment a frame was sent to the server until a viewer has it. */
    double[] delaysMs() {
        return LongStream.of(delays).limit(delayCount).sorted().mapToDouble(nanos -> nanos / 1e6).toArray();
    }

    /** Faults in the viewers that were looked into: continuity counters that jumped, packets off 0x47. */
    long faults() {
        return Arrays.stream(looks).filter(look -> look != null && look.continuity != null)
                .mapToLong(look -> look.continuity.jumps() + look.continuity.unaligned()).sum();
    }

    /** Viewers whose connection the server ended. */
    int ended() {
        int count = 0;
        for (boolean each : gone) {
            count += each ? 1 : 0;
        }
        return count;
    }

    @Override
    public void close() {
        for (int fd : fds) {
            if (fd > 0) {
                sockets.close(fd);
            }
        }
        sockets.close();
    }
}
