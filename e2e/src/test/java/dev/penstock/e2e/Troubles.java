package dev.penstock.e2e;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The ways to go wrong of docs/troubleshooting.md, as resources. SERVER stands for a server that fails. */
final class Troubles {
    /**
     * One way to go wrong.
     *
     * @param kind short name of the kind that tells of it
     * @param name its name
     * @param yaml what has to be applied
     * @param isAlone whether it needs a namespace of its own
     */
    record Trouble(String kind, String name, List<String> yaml, boolean isAlone) {}

    private static final String KEY = ", secretRef: {name: store}";

    /** By the words of the page. */
    static final Map<String, Trouble> ALL = all();

    private Troubles() {}

    private static Map<String, Trouble> all() {
        Map<String, Trouble> all = new LinkedHashMap<>();
        all.put("no pool in the namespace",
                new Trouble("ls", "lonely", List.of(stream("lonely", "", url("x.ts"))), true));
        all.put("the named pool is missing",
                here("ls", "lost", stream("lost", "poolRef: {name: cellar}, ", url("x.ts"))));
        all.put("a feature that is not served",
                here("ls", "resent",
                        stream("resent",
                                "transcode: {poolRef: {name: t}}, renditions: [{name: small, height: 360, videoBitrate: 1M}], ",
                                url("x.ts"))));
        all.put("a program that the pool does not permit",
                here("ls", "script", stream("script", "", "command: [/bin/cat, /dev/zero]")));
        all.put("a folder that the pool does not permit",
                here("ls", "passwd", stream("passwd", "", "url: \"file:/etc/passwd\"")));
        sources(all);
        recordings(all);
        all.put("two Live pools behind one gateway", new Trouble("mgw", "front", List.of(
                "kind: MediaGateway\nmetadata: {name: front}\nspec: {provider: None, host: video.example.com}",
                pool("one"), pool("two")), true));
        all.put("the named gateway is missing", new Trouble("mp", "doorless", List.of(
                "kind: MediaPool\nmetadata: {name: doorless}\nspec: {modes: [Live], gatewayRef: {name: side}}"), true));
        all.put("several pools, and none is named",
                new Trouble("ls", "torn", List.of(pool("one"), pool("two"), stream("torn", "", url("x.ts"))), true));
        return all;
    }

    private static void sources(Map<String, Trouble> all) {
        all.put("the source cannot be reached",
                here("ls", "refused", stream("refused", "", "url: \"tcp://127.0.0.1:1\"")));
        all.put("the source says 404", here("ls", "missing", stream("missing", "", url("missing.ts"))));
        all.put("the source wants another password", here("ls", "locked",
                "kind: LiveStream\nmetadata: {name: locked}\nspec: {source: {pull: {urls: [{url: \"http://SERVER/locked.ts\", secretRef: {name: user}}]}}}"));
        all.put("the source sends something else than MPEG-TS",
                here("ls", "garbage", stream("garbage", "", url("garbage.ts"))));
        all.put("the source's Secret is missing", here("ls", "secretless",
                stream("secretless", "", url("locked.ts") + ", secretRef: {name: camera}")));
    }

    private static void recordings(Map<String, Trouble> all) {
        all.put("the recording's stream is missing", here("rec", "nobody", recording("nobody", "ghost", "bucket")));
        all.put("the recording's store is missing",
                here("rec", "storeless", recording("storeless", "missing", "attic")));
        all.put("a store's folder that the pool does not permit", here("rec", "etc",
                "kind: ObjectStore\nmetadata: {name: etc}\nspec: {file: {path: /etc}}",
                recording("etc", "missing", "etc")));
        all.put("the store refuses", store("forbidden", KEY));
        all.put("the store knows no such key", store("wrongkey", KEY));
        all.put("the bucket is missing", store("nobucket", KEY));
        all.put("the store's Secret is missing", store("keyless", ", secretRef: {name: bucket-key}"));
        all.put("a recording whose store refuses", here("rec", "forbidden"));
    }

    private static Trouble store(String name, String secret) {
        return here("ostore", name,
                "kind: ObjectStore\nmetadata: {name: " + name + "}\nspec: {s3: {endpoint: \"http://SERVER\", "
                        + "pathStyle: true, bucket: " + name + secret + "}}",
                recording(name, "missing", name));
    }

    private static Trouble here(String kind, String name, String... yaml) {
        return new Trouble(kind, name, List.of(yaml), false);
    }

    private static String url(String path) {
        return "url: \"http://SERVER/" + path + "\"";
    }

    private static String pool(String name) {
        return "kind: MediaPool\nmetadata: {name: " + name + "}\nspec: {modes: [Live], gatewayRef: {name: front}}";
    }

    private static String stream(String name, String spec, String source) {
        return "kind: LiveStream\nmetadata: {name: " + name + "}\nspec: {" + spec + "source: {pull: {urls: [{" + source
                + "}]}}}";
    }

    private static String recording(String name, String stream, String store) {
        return "kind: Recording\nmetadata: {name: " + name + "}\nspec: {streamRef: {name: " + stream
                + "}, storeRef: {name: " + store + "}}";
    }
}
