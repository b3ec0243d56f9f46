package dev.penstock.bench;

import java.util.HashMap;
import java.util.Map;

/**
 * What one server did for its viewers in one window of time.
 *
 * @param seconds length of the window
 * @param bytes that viewers got
 * @param cpuSeconds of the server
 * @param busiestSeconds of CPU of the server's busiest thread
 * @param clientSeconds of CPU of load client and publisher
 * @param fair what the slowest viewer got, of what the fastest got
 * @param p50 median delay, ms
 * @param p99 delay of the hundredth that waited longest, ms
 * @param residentKb memory that the server took for each viewer
 * @param faults continuity counters that jumped and packets off 0x47, in the viewers that were looked into, and viewers
 *     that the server cut
 */
record FanWindow(double seconds, long bytes, double cpuSeconds, double busiestSeconds, double clientSeconds,
        double fair, double p50, double p99, double residentKb, long faults) {
    /** Watches a server from now on. */
    static final class Watch {
        private final ServerProcess process;
        private final long start = System.nanoTime();
        private final double ownStart = ownSeconds();
        private final Map<String, Long> before;

        Watch(ServerProcess process) {
            this.process = process;
            before = process.threadNanos();
        }

        /** The window since then. */
        FanWindow end(LoadClient client, double residentKb) {
            double seconds = (System.nanoTime() - start) / 1e9;
            Map<String, Long> used = new HashMap<>(process.threadNanos());
            used.replaceAll((thread, nanos) -> nanos - before.getOrDefault(thread, 0L));
            double all = used.values().stream().mapToLong(Long::longValue).sum() / 1e9;
            double busiest = used.values().stream().mapToLong(Long::longValue).max().orElse(0) / 1e9;
            double[] delays = client.delaysMs();
            return new FanWindow(seconds, client.received(), all, busiest, ownSeconds() - ownStart,
                    client.slowestToFastest(), at(delays, 0.5), at(delays, 0.99), residentKb,
                    client.faults() + client.ended());
        }

        private static double ownSeconds() {
            return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
        }

        private static double at(double[] sorted, double share) {
            return sorted.length == 0 ? Double.NaN : sorted[(int) (share * (sorted.length - 1))];
        }
    }

    /** Megabytes delivered for a second of CPU. */
    double efficiency() {
        return bytes / 1e6 / cpuSeconds;
    }

    /** Megabytes delivered for a second of the busiest thread: what limits the server when cores are free. */
    double busiestEfficiency() {
        return bytes / 1e6 / busiestSeconds;
    }

    /** A row of the table. */
    String row(String what) {
        return String.format("| %s | %.0f | %.1f %% | %.0f | %.1f | %.4f | %.0f / %.0f | %d | %.0f %% |", what,
                bytes / 1e6 / seconds, cpuSeconds / seconds * 100, efficiency(), residentKb, fair, p50, p99, faults,
                clientSeconds / seconds * 100);
    }
}
