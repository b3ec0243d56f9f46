package dev.penstock.dataplane.resource.schema;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Parses the documents of a file strictly and within bounds: UTF-8, no key twice, no document that is not a map, aliases
 * only where the expanded document stays small. Stateless.
 */
public final class YamlReader {
    /** Largest file, bytes. */
    public static final int MAX_BYTES = 1 << 20;
    /** Most documents in a file. */
    public static final int MAX_DOCUMENTS = 1000;
    private static final int MAX_DEPTH = 64;
    private static final int MAX_COLLECTION_ALIASES = 200;

    private YamlReader() {}

    /**
     * Parses a file.
     *
     * @param file the whole content
     * @return its documents without the empty ones
     * @throws YamlException when any of it is not acceptable; then none of it is used
     */
    public static List<YamlDocument> read(byte[] file) throws YamlException {
        if (file.length > MAX_BYTES) {
            throw new YamlException(0, "the file has " + file.length + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(MAX_COLLECTION_ALIASES);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setCodePointLimit(MAX_BYTES);
        try {
            Composer composer = new Composer(new ParserImpl(new StreamReader(new StringReader(decode(file))), options),
                    new ScalarTypes(), options);
            List<YamlDocument> documents = new ArrayList<>();
            for (int count = 1; composer.checkNode(); count++) {
                if (count > MAX_DOCUMENTS) {
                    throw new YamlException(0,
                            "too many documents (expected: at most " + MAX_DOCUMENTS + " in a file)");
                }
                YamlDocument document = document(composer.getNode());
                if (document != null) {
                    documents.add(document);
                }
            }
            return documents;
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw new YamlException(line,
                    e.getProblem() == null ? "not valid YAML" : "not valid YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw new YamlException(0, "not valid YAML: " + firstLine(e.getMessage()));
        }
    }

    private static String decode(byte[] file) throws YamlException {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file)).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new YamlException(0, "the file is not UTF-8 text");
        }
    }

    private static @Nullable YamlDocument document(Node node) throws YamlException {
        int line = node.getStartMark().getLine() + 1;
        Map<String, Integer> lines = new HashMap<>();
        Object content = new NodeConverter(lines).convert(node, "");
        if (content == null) {
            return null;
        }
        Map<String, @Nullable Object> map = Values.map(content);
        if (map == null) {
            throw new YamlException(line,
                    "a document is not a resource (expected: apiVersion, kind, metadata and so on)");
        }
        return new YamlDocument(line, map, lines);
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }
}
