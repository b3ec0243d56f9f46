package dev.penstock.operator.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.operator.haproxy.FrontDoor;
import dev.penstock.operator.haproxy.MapFile;
import dev.penstock.operator.telemetry.LogKeys;

/**
 * A running HAProxy (2.6 and later, in master-worker mode), by its unix sockets. One thread at a time. Each method throws when HAProxy
 * is not there or says something unexpected; nothing is half done then, a map is replaced as a whole.
 */
final class RunningHaproxy {
    private static final Logger LOG = LoggerFactory.getLogger(RunningHaproxy.class);
    private static final int MAX_ANSWER_BYTES = 16 * 1024 * 1024;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int RELOAD_POLLS = 200;
    private static final int MASTER_TRIES = 30;
    private static final Pattern WORKER = Pattern.compile("(?m)^(\\d+)\\s+worker\\s+(\\d+)");
    private static final Pattern FAILED = Pattern.compile("failed: [1-9]");
    private static final Pattern VERSION = Pattern.compile("New version created: (\\d+)");

    private final Path socket;
    private final Path master;

    RunningHaproxy(Path folder) {
        this.socket = folder.resolve(FrontDoor.SOCKET);
        this.master = folder.resolve(FrontDoor.MASTER_SOCKET);
    }

    /** Replaces a map, if HAProxy has another one; no connection notices. */
    void apply(MapFile map) throws IOException {
        String shown = ask(socket, map.show());
        if (shown.startsWith("Unknown map")) {
            // The configuration that runs does not use it.
            return;
        }
        if (map.isShown(shown)) {
            return;
        }
        Matcher version = VERSION.matcher(ask(socket, map.prepare()));
        if (!version.find()) {
            throw new IOException("haproxy: prepare map said nothing of a version");
        }
        int number = Integer.parseInt(version.group(1));
        for (String command : map.fill(number)) {
            expectSilence(ask(socket, command));
        }
        expectSilence(ask(socket, map.commit(number)));
        LOG.atInfo().addKeyValue(LogKeys.RESOURCE, map.file()).log("Map replaced");
    }

    /**
     * Makes HAProxy load its configuration file. Listeners are handed over; the old worker ends with its last connection.
     *
     * @return false if HAProxy refused the file; what ran goes on
     */
    boolean reload() throws IOException {
        Set<String> before = workers(askMaster("show proc\n"), "\\d+");
        askMaster("reload\n");
        for (int i = 0; i < RELOAD_POLLS; i++) {
            LockSupport.parkNanos(POLL.toNanos());
            String processes = askMaster("show proc\n");
            Set<String> fresh = workers(processes, "0");
            fresh.removeAll(before);
            if (!fresh.isEmpty()) {
                return true;
            }
            if (FAILED.matcher(processes).find()) {
                return false;
            }
        }
        throw new IOException("haproxy: no new worker after a reload");
    }

    /** The master starts itself anew with each reload; for a moment it does not listen then. */
    private String askMaster(String command) throws IOException {
        for (int i = 1;; i++) {
            try {
                return ask(master, command);
            } catch (IOException e) {
                if (i == MASTER_TRIES) {
                    throw e;
                }
                LockSupport.parkNanos(POLL.toNanos());
            }
        }
    }

    private static Set<String> workers(String processes, String reloads) {
        return WORKER.matcher(processes).results().filter(w -> w.group(2).matches(reloads)).map(RunningHaproxy::pid)
                .collect(Collectors.toSet());
    }

    private static String pid(MatchResult worker) {
        return worker.group(1);
    }

    private static void expectSilence(String answer) throws IOException {
        if (!answer.isBlank()) {
            throw new IOException("haproxy: " + answer.strip());
        }
    }

    private static String ask(Path where, String command) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(where));
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(command);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            // The master's socket stays open for more otherwise.
            channel.shutdownOutput();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer part = ByteBuffer.allocate(16 * 1024);
            while (channel.read(part) >= 0) {
                answer.write(part.array(), 0, part.position());
                part.clear();
                if (answer.size() > MAX_ANSWER_BYTES) {
                    throw new IOException("haproxy: an answer of more than " + MAX_ANSWER_BYTES + " bytes");
                }
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }
}
