package dev.penstock.dataplane.hls.playlist;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.Function;
import org.mozilla.javascript.ScriptableObject;

/** The parser of Video.js (m3u8-parser) on a JavaScript engine of the JVM: knows parts, skips, hints and reports, and warns. */
final class JsPlaylistParser {
    private static final String SCRIPT = "/META-INF/resources/webjars/m3u8-parser/4.7.0/dist/m3u8-parser.js";
    private static final String PARSE = """
            function parse(text) {
              var parser = new m3u8Parser.Parser(), said = [];
              parser.on('warn', function (e) { said.push(e.message); });
              parser.push(text);
              parser.end();
              parser.manifest.said = said;
              return JSON.stringify(parser.manifest);
            }
            """;

    private JsPlaylistParser() {}

    /** The manifest as the parser tells it; {@code said} lists its warnings. */
    static JsonNode parse(String playlist) {
        try (Context context = Context.enter()) {
            context.setInterpretedMode(true);
            context.setLanguageVersion(Context.VERSION_ES6);
            ScriptableObject scope = context.initStandardObjects();
            context.evaluateString(scope, "var window = this, self = this;", "window", 1, null);
            context.evaluateString(scope, script(), "m3u8-parser.js", 1, null);
            context.evaluateString(scope, PARSE, "parse.js", 1, null);
            Function parse = (Function) scope.get("parse", scope);
            return new ObjectMapper().readTree(
                    (String) parse.call(context, scope, scope, new Object[]{playlist}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String script() throws IOException {
        try (InputStream in = JsPlaylistParser.class.getResourceAsStream(SCRIPT)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
