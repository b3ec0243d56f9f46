package dev.penstock.operator.haproxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

/**
 * A map of HAProxy, as a file and as the commands that replace it in a running HAProxy.
 *
 * <p>
 * Replacing is a transaction: {@code prepare map} answers with a version, the entries are added to that version in commands of at
 * most {@link #MAX_COMMAND_BYTES} (HAProxy resets the socket when one is longer than its buffer), {@code commit map} makes all of
 * them visible at once. A transaction that is not committed changes nothing.
 */
public final class MapFile {
    /** Longest command in bytes, its end included. */
    public static final int MAX_COMMAND_BYTES = 8 * 1024;

    private final String file;
    private final List<String> lines;

    private MapFile(String file, List<String> lines) {
        Word.check("file", file);
        this.file = file;
        this.lines = List.copyOf(lines);
    }

    /**
     * The map partition to server.
     *
     * @param file path of the map file, by which HAProxy knows it
     * @param pool name of the pool; a server is named {@code {pool}-{ordinal}}
     * @param table the pod that owns each partition; a partition that nobody owns is left out
     */
    public static MapFile partitions(String file, String pool, RingTable table) {
        Word.check("pool", pool);
        return new MapFile(file,
                IntStream.range(0, Partitions.COUNT).filter(p -> table.owner(p) != RingTable.NONE)
                        .mapToObj(p -> p + " " + pool + "-" + table.owner(p) + "\n").toList());
    }

    /**
     * A map from its text.
     *
     * @param file path of the map file, by which HAProxy knows it
     * @param text key and value a line
     */
    public static MapFile parse(String file, String text) {
        return new MapFile(file, text.lines().filter(l -> !l.isBlank()).map(l -> l + "\n").toList());
    }

    /** Path of the map file. */
    public String file() {
        return file;
    }

    /** The text of the map file. */
    public String text() {
        return String.join("", lines);
    }

    /** The command that shows what the running HAProxy has. */
    public String show() {
        return "show map " + file + "\n";
    }

    /**
     * True if the running HAProxy has the same entries.
     *
     * @param shown what it answered to {@link #show()}: an internal address, key and value a line
     */
    public boolean isShown(String shown) {
        return shown.lines().filter(l -> !l.isBlank()).map(l -> l.substring(l.indexOf(' ') + 1) + "\n")
                .collect(Collectors.toSet()).equals(Set.copyOf(lines));
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
