package dev.penstock.dataplane.resource.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Makes one document's values from its node graph and notes the line of each field. For one document, on one thread. */
final class NodeConverter {
    /** Bounds what aliases expand to. */
    private static final int MAX_VALUES = 100_000;

    private final Map<String, Integer> lines;
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private int values;

    NodeConverter(Map<String, Integer> lines) {
        this.lines = lines;
    }

    /** Converts a node and all below it. */
    @Nullable
    Object convert(Node node, String path) throws YamlException {
        int line = lineOf(node);
        if (++values > MAX_VALUES) {
            throw new YamlException(line,
                    "too many values in a document (expected: at most " + MAX_VALUES + ", aliases expanded)");
        }
        lines.putIfAbsent(path, line);
        if (node instanceof ScalarNode scalar) {
            return ScalarTypes.value(scalar);
        }
        if (!open.add(node)) {
            throw new YamlException(line, "an alias refers to what contains it");
        }
        Object out = node instanceof MappingNode mapping ? map(mapping, path) : list((SequenceNode) node, path);
        open.remove(node);
        return out;
    }

    private List<@Nullable Object> list(SequenceNode node, String path) throws YamlException {
        List<@Nullable Object> out = new ArrayList<>();
        for (Node item : node.getValue()) {
            out.add(convert(item, Values.index(path, out.size())));
        }
        return out;
    }

    private Map<String, @Nullable Object> map(MappingNode node, String path) throws YamlException {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        List<Node> merged = new ArrayList<>();
        Set<String> own = new HashSet<>();
        for (NodeTuple tuple : node.getValue()) {
            Node key = tuple.getKeyNode();
            if (key.getTag().equals(Tag.MERGE)) {
                merged.add(tuple.getValueNode());
                continue;
            }
            String name = key(key);
            if (!own.add(name)) {
                throw new YamlException(lineOf(key), "the key " + Values.child(path, name) + " is there twice");
            }
            String child = Values.child(path, name);
            lines.put(child, lineOf(key));
            out.put(name, convert(tuple.getValueNode(), child));
        }
        for (Node source : merged) {
            merge(source, path, out);
        }
        return out;
    }

    /** What is merged never replaces what is there. */
    private void merge(Node source, String path, Map<String, @Nullable Object> out) throws YamlException {
        if (source instanceof SequenceNode sources) {
            for (Node one : sources.getValue()) {
                mergeOne(one, path, out);
            }
        } else {
            mergeOne(source, path, out);
        }
    }

    private void mergeOne(Node source, String path, Map<String, @Nullable Object> out) throws YamlException {
        Map<String, @Nullable Object> from = source instanceof MappingNode ? Values.map(convert(source, path)) : null;
        if (from == null) {
            throw new YamlException(lineOf(source), "<< does not name a map (expected: an alias of a map)");
        }
        from.forEach((name, value) -> {
            if (!out.containsKey(name)) {
                out.put(name, value);
            }
        });
    }

    private static String key(Node node) throws YamlException {
        Object key = node instanceof ScalarNode scalar ? ScalarTypes.value(scalar) : null;
        if (key == null) {
            throw new YamlException(lineOf(node), "a key is not text");
        }
        return key.toString();
    }

    private static int lineOf(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
