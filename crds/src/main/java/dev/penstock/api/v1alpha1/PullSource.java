package dev.penstock.api.v1alpha1;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.NameRef;
import dev.penstock.api.Patterns;

/** A source that Penstock connects to. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "duration(self.connectTimeout) >= duration('100ms') && duration(self.connectTimeout) <= duration('2m')", message = "expected: 100ms to 2m", fieldPath = ".connectTimeout")
@ValidationRule(value = "duration(self.stallTimeout) >= duration('1s') && duration(self.stallTimeout) <= duration('10m')", message = "expected: 1s to 10m", fieldPath = ".stallTimeout")
public record PullSource(
        @Required @Size(min = 1, max = 16) @JsonPropertyDescription("Where the stream comes from; several are used as order says. 1 to 16 entries.") List<PullUrl> urls,
        @Default("Priority") @JsonPropertyDescription("How the next of several urls is chosen. Priority: the first that works, going back to a better one once it has been healthy for failBackAfter. RoundRobin: the next in turn. Shuffle: in random order. Default Priority.") Order order,
        @JsonPropertyDescription("Proxy to connect through. Default: none.") @Nullable Proxy proxy,
        @Default("5s") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("Longest time to connect and see the first media, a duration from 100ms to 2m. Default 5s.") String connectTimeout,
        @Default("10s") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("A source that sends no media for so long is given up, a duration from 1s to 10m. Default 10s.") String stallTimeout,
        @Default("30s") @Size(max = 32) @Pattern(Patterns.DURATION) @JsonPropertyDescription("With order Priority: how long a better url must be healthy before the stream goes back to it, a duration. Default 30s.") String failBackAfter,
        @JsonPropertyDescription("A source below this rate for stallTimeout is given up, bit/s as a quantity such as 200k. Default: not checked.") @Size(max = 32) @Pattern(Patterns.QUANTITY) @Nullable String minBitrate,
        @Default("false") @JsonPropertyDescription("Keep the next url connected too, so that a change costs no connect time. Default false.") Boolean warmStandby) {

    /** How the next of several URLs is chosen. */
    public enum Order {
        /** The first that works. */
        @JsonProperty("Priority")
        PRIORITY,
        /** The next in turn. */
        @JsonProperty("RoundRobin")
        ROUND_ROBIN,
        /** In random order. */
        @JsonProperty("Shuffle")
        SHUFFLE
    }

    /** A proxy between Penstock and the source. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Proxy(
            @Required @Size(min = 1, max = 2048) @Pattern("^(http|socks5)://[^/?#@\\s]+/?$") @JsonPropertyDescription("Proxy, http://host:port (CONNECT) or socks5://host:port, without user or password.") String url,
            @JsonPropertyDescription("Secret with the keys username and password. Default: no authentication.") @Nullable NameRef secretRef) {}
}
