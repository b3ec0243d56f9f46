package dev.penstock.operator.haproxy;

import java.util.ArrayList;
import java.util.List;

/**
 * The map partition to server, as a file and as the commands that replace it in a running HAProxy.
 *
 * <p>
 * Replacing is a transaction: {@code prepare map} answers with a version, the entries are added to that version in commands of at
 * most {@link #MAX_COMMAND_BYTES} (HAProxy resets the socket when one is longer than its buffer), {@code commit map} makes all of
 * them visible at once. A transaction that is not committed changes nothing.
 */
public final class PartitionMap {
    /** Longest command in bytes, its end included. */
    public static final int MAX_COMMAND_BYTES = 8 * 1024;

    private final String file;
    private final List<String> lines;

    /**
     * Makes a map.
     *
     * @param file path of the map file, by which HAProxy knows it
     * @param pool name of the pool; a server is named {@code {pool}-{ordinal}}
     * @param owners the ordinal that owns each partition; a negative one (nobody) is left out
     */
    public PartitionMap(String file, String pool, int[] owners) {
        Word.check("file", file);
        Word.check("pool", pool);
        this.file = file;
        List<String> all = new ArrayList<>(owners.length);
        for (int p = 0; p < owners.length; p++) {
            if (owners[p] >= 0) {
                all.add(p + " " + pool + "-" + owners[p] + "\n");
            }
        }
        this.lines = List.copyOf(all);
    }

    /** The text of the map file. */
    public String text() {
        return String.join("", lines);
    }

    /** The command that begins; HAProxy answers {@code New version created: N}. */
    public String prepare() {
        return "prepare map " + file + "\n";
    }

    /**
     * The commands that fill a version, each to be sent on its own, in this order.
     *
     * @param version what HAProxy answered to {@link #prepare()}
     */
    public List<String> fill(int version) {
        // A payload ends with an empty line.
        String head = "add map @" + version + " " + file + " <<\n";
        List<String> commands = new ArrayList<>();
        StringBuilder command = new StringBuilder(head);
        for (String line : lines) {
            if (command.length() + line.length() + 1 > MAX_COMMAND_BYTES) {
                commands.add(command.append('\n').toString());
                command = new StringBuilder(head);
            }
            command.append(line);
        }
        if (command.length() > head.length()) {
            commands.add(command.append('\n').toString());
        }
        return commands;
    }

    /** The command that makes a filled version the map. */
    public String commit(int version) {
        return "commit map @" + version + " " + file + "\n";
    }
}
