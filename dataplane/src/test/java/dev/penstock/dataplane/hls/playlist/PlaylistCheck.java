package dev.penstock.dataplane.hls.playlist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import io.lindstrom.m3u8.parser.MasterPlaylistParser;
import io.lindstrom.m3u8.parser.MediaPlaylistParser;
import io.lindstrom.m3u8.parser.ParsingMode;

import static org.assertj.core.api.Assertions.assertThat;

/** Two parsers that others wrote, and rules of our own, look at a playlist. */
public final class PlaylistCheck {
    private PlaylistCheck() {}

    /** Fails when one of them finds fault; what the second parser read. */
    public static JsonNode check(String playlist) {
        assertThat(PlaylistRules.broken(playlist)).as(playlist).isEmpty();
        try {
            if (playlist.contains("#EXT-X-STREAM-INF")) {
                new MasterPlaylistParser(ParsingMode.STRICT).readPlaylist(playlist);
            } else {
                new MediaPlaylistParser(ParsingMode.STRICT).readPlaylist(playlist);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(playlist, e);
        }
        JsonNode parsed = JsPlaylistParser.parse(playlist);
        assertThat(parsed.get("said")).as(playlist).isEmpty();
        return parsed;
    }

    /** A player's view after a delta update: what was skipped is taken from the playlist before (6.2.5.1). */
    public static String merged(String before, String delta) {
        int skipAt = delta.indexOf("#EXT-X-SKIP:");
        int lineEnd = delta.indexOf('\n', skipAt);
        int skipped = Integer.parseInt(delta.substring(delta.indexOf('=', skipAt) + 1, lineEnd));
        long gone = sequence(delta) - sequence(before);
        List<String> blocks = blocks(before);
        String kept = String.join("", blocks.subList((int) gone, (int) gone + skipped));
        return delta.substring(0, skipAt) + kept + delta.substring(lineEnd + 1);
    }

    private static long sequence(String playlist) {
        return playlist.lines().filter(l -> l.startsWith("#EXT-X-MEDIA-SEQUENCE:")).map(l -> l.substring(22))
                .mapToLong(Long::parseLong).findFirst().orElseThrow();
    }

    /** The segments with their tags; each gets the EXT-X-MAP that applies to it. */
    private static List<String> blocks(String playlist) {
        List<String> blocks = new java.util.ArrayList<>();
        StringBuilder block = new StringBuilder();
        String map = "";
        boolean body = false;
        for (String line : playlist.split("\n")) {
            body |= line.equals("#EXT-X-DISCONTINUITY") || line.startsWith("#EXT-X-MAP:");
            if (line.startsWith("#EXT-X-MAP:")) {
                map = line + "\n";
            } else if (body) {
                block.append(line).append('\n');
            }
            if (!line.startsWith("#")) {
                blocks.add(map + block);
                block.setLength(0);
            }
        }
        return blocks;
    }
}
