package dev.penstock.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks of commands and YAML of a page of the docs. */
final class DocsBlocks {
    private static final Path DOCS = Programs.ROOT.resolve("docs");
    private static final Pattern BLOCK = Pattern
            .compile("(?m)(?:^<!-- needs (?<needs>[^>]+) -->\\R)?^```(?<language>sh|yaml)\\R(?<text>(?s:.*?))^```$");

    private DocsBlocks() {}

    /**
     * A block.
     *
     * @param needs what stands in {@code <!-- needs ... -->} before it, or nothing
     * @param language sh or yaml
     * @param text what is in it
     */
    record Block(String needs, String language, String text) {}

    /** The blocks of a page, in order. */
    static List<Block> of(String page) throws IOException {
        Matcher matcher = BLOCK.matcher(Files.readString(DOCS.resolve(page)));
        return matcher.results().map(DocsBlocks::block).toList();
    }

    private static Block block(MatchResult found) {
        String needs = found.group("needs");
        return new Block(needs == null ? "" : needs, found.group("language"), found.group("text"));
    }
}
