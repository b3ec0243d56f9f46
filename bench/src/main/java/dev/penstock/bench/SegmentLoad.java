package dev.penstock.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Players that ask for segments without a pause, each on a connection that stays; the kernel throws the bytes away. One thread, that
 * of the caller.
 */
final class SegmentLoad implements AutoCloseable {
    private static final Pattern HEAD = Pattern
            .compile("(?is)HTTP/1.1 200 .*?\r\ncontent-length: (\\d+).*?\r\n\r\n");

    private final LinuxSockets sockets = new LinuxSockets();
    private final List<String> requests;
    private final int[] fds;
    /** Bytes that are missing of the answer under way; 0 before its first ones. */
    private final long[] missing;
    private final int[] next;
    private long answers;

    /**
     * @param port of the server, on this machine
     * @param paths of the segments, asked for in turn
     * @param players connections
     */
    SegmentLoad(int port, List<String> paths, int players) {
        requests = paths.stream().map(path -> "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n")
                .toList();
        fds = new int[players];
        missing = new long[players];
        next = new int[players];
        for (int i = 0; i < players; i++) {
            next[i] = i % requests.size();
            fds[i] = sockets.request(port, requests.get(next[i]));
            sockets.watch(fds[i], i);
        }
    }

    /** Asks for a while; whole segments that came, a second. */
    double run(double seconds) {
        answers = 0;
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        while (System.nanoTime() < end) {
            int ready = sockets.await(20);
            for (int n = 0; n < ready; n++) {
                take(sockets.token(n));
            }
        }
        return answers * 1e9 / (System.nanoTime() - start);
    }

    private void take(int player) {
        boolean starts = missing[player] == 0;
        long count = starts ? sockets.read(fds[player]) : sockets.discard(fds[player]);
        if (count <= 0) {
            throw new IllegalStateException("player " + player + " lost its connection");
        }
        missing[player] = starts ? left(count) : missing[player] - count;
        if (missing[player] < 0) {
            throw new IllegalStateException("player " + player + " got more than it asked for");
        }
        if (missing[player] == 0) {
            answers++;
            next[player] = (next[player] + 1) % requests.size();
            sockets.ask(fds[player], requests.get(next[player]));
        }
    }

    /** What is missing of an answer after its first bytes. */
    private long left(long count) {
        MemorySegment read = sockets.scratch();
        int size = (int) Math.min(count, 4096);
        String text = new String(read.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
        Matcher head = HEAD.matcher(text);
        if (!head.lookingAt()) {
            throw new IllegalStateException(
                    "answered with (expected: 200 and a length): " + text.substring(0, Math.min(text.length(), 400)));
        }
        return head.end() + Long.parseLong(head.group(1)) - count;
    }

    @Override
    public void close() {
        for (int fd : fds) {
            sockets.close(fd);
        }
        sockets.close();
    }
}
