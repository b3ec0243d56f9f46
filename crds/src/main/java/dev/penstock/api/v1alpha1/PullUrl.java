package dev.penstock.api.v1alpha1;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.NameRef;

/** One place a stream can be pulled from: a URL, or a program that writes it to its standard output. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.url) != has(self.command)", message = "expected: exactly one of url and command")
@ValidationRule(value = "!has(self.url) || self.url.matches('^((http|https|tcp|udp|rtsp|rtsps|rtmp|rtmps|srt)://[^/]|(file|unix):.)')", message = "expected: a URL that starts with http, https, tcp, udp, file, unix, rtsp, rtsps, rtmp, rtmps or srt", fieldPath = ".url")
@ValidationRule(value = "!has(self.url) || !(self.url.matches('^[a-z]+://[^/?#]+@') || self.url.matches('[?&]passphrase='))", message = "expected: no user, password or passphrase in the URL; put them into a Secret and name it in secretRef", fieldPath = ".url")
@ValidationRule(value = "!has(self.loop) || !self.loop || (has(self.url) && self.url.startsWith('file:'))", message = "expected: loop only with a file: URL", fieldPath = ".loop")
@ValidationRule(value = "!has(self.secretRef) || has(self.url)", message = "expected: secretRef only with a url", fieldPath = ".secretRef")
@ValidationRule(value = "!has(self.rtspTransport) || (has(self.url) && self.url.startsWith('rtsp'))", message = "expected: rtspTransport only with an rtsp or rtsps URL", fieldPath = ".rtspTransport")
public record PullUrl(
        @Size(min = 1, max = 2048) @JsonPropertyDescription("URL of the source: http, https (a path that ends in .m3u8 is followed as HLS, all else is MPEG-TS), tcp, udp (unicast or multicast group), file, unix, rtsp, rtsps, rtmp, rtmps or srt. Without user and password. Exactly one of url and command.") @Nullable String url,
        @Size(min = 1, max = 64) @JsonPropertyDescription("Program and its arguments, one an item; not read by a shell. It writes MPEG-TS to its standard output. The pool must permit the program. Exactly one of url and command. 1 to 64 items.") @Nullable List<@Size(max = 4096) String> command,
        @JsonPropertyDescription("Secret with the keys username and password (http, rtsp, rtmp) or passphrase (srt). Default: no authentication.") @Nullable NameRef secretRef,
        @JsonPropertyDescription("Start again at the end of the file; only for file: URLs. Default false.") @Nullable Boolean loop,
        @JsonPropertyDescription("How RTP travels; only for rtsp and rtsps URLs. TCP: interleaved in the RTSP connection. UDP: on ports of its own. Default TCP.") @Nullable RtspTransport rtspTransport) {

    /** How RTP travels (RFC 2326). */
    public enum RtspTransport {
        /** Interleaved in the RTSP connection, RFC 2326 section 10.12. */
        @JsonProperty("TCP")
        TCP,
        /** On ports of its own. */
        @JsonProperty("UDP")
        UDP
    }
}
