package dev.penstock.dataplane.app;

import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Optional;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.Webhook;
import dev.penstock.dataplane.access.FakeHook;
import dev.penstock.dataplane.access.PublishHooks;
import dev.penstock.dataplane.access.PublishMetrics;
import dev.penstock.dataplane.ingest.push.PublishRequest;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Reason;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Refused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PublishRulesTest {
    private static final String UNKNOWN = "stream ns/cam: there is none that takes this key";

    private final FakeHook hook = new FakeHook();
    private final FakeHook poolHook = new FakeHook();
    private final FakeResources resources = new FakeResources();
    private final PublishHooks hooks = new PublishHooks(InstantSource.system(), System::nanoTime,
            new PublishMetrics(new SimpleMeterRegistry()));
    private @Nullable Webhook ofPool;
    private final PublishRules rules = new PublishRules(resources,
            new HookSettings(resources, stream -> Optional.ofNullable(ofPool)), hooks);

    @AfterEach
    void close() {
        hooks.close();
        hook.close();
        poolHook.close();
    }

    private static LiveStream stream(String push, String access) {
        return Serialization.unmarshal("""
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {namespace: ns, name: cam}
                spec: {source: {push: %s}, access: %s}
                """.formatted(push, access), LiveStream.class);
    }

    private String access() {
        return "{authWebhook: {url: \"" + hook.url() + "\", timeout: 5s, cache: 0s, secretRef: {name: sign}}}";
    }

    private static PublishRequest request(@Nullable String key) {
        return new PublishRequest("srt", "ns", "cam", key, new InetSocketAddress("127.0.0.1", 4711));
    }

    private Optional<Refused> judge(LiveStream stream, @Nullable String key) {
        return rules.byKey(stream, request(key)).or(() -> rules.byHook(stream, request(key)));
    }

    @Test
    void shouldLetTheHookDecideAloneWhereThereAreNoKeys() {
        resources.putText("ns", "sign", "token", "secret\n");
        LiveStream stream = stream("{}", access());
        assertThat(judge(stream, "any")).isEmpty();
        assertThat(hook.asked().getFirst().body()).isEqualTo("{\"action\":\"publish\",\"protocol\":\"srt\","
                + "\"namespace\":\"ns\",\"name\":\"cam\",\"key\":\"any\",\"remote\":\"127.0.0.1\"}");
        assertThat(hook.asked().getFirst().signature()).isNotNull();
        assertThat(judge(stream, null)).isEmpty();
        hook.says(403, "");
        assertThat(judge(stream, "any")).contains(new Refused(Reason.FORBIDDEN, UNKNOWN));
        hook.says(200, "{\"allow\": false, \"reason\": \"not today\"}");
        assertThat(judge(stream, "any")).contains(new Refused(Reason.FORBIDDEN, "stream ns/cam: not today"));
        hook.says(500, "");
        assertThat(judge(stream, "any")).contains(new Refused(Reason.UNAVAILABLE,
                "stream ns/cam: nobody can say who may publish: the authWebhook: it answers with status 500"
                        + " (expected: 200, or 403 for no)"));
    }

    @Test
    void shouldAskTheHookOnlyWhenTheKeyIsRightAndNotTellIt() {
        resources.putText("ns", "sign", "token", "secret");
        resources.put("ns", "keys", "right");
        LiveStream stream = stream("{keySecretRef: {name: keys}}", access());
        assertThat(judge(stream, "wrong")).contains(new Refused(Reason.FORBIDDEN, UNKNOWN));
        assertThat(hook.asked()).isEmpty();
        assertThat(judge(stream, "right")).isEmpty();
        assertThat(hook.asked()).singleElement().asString().doesNotContain("right", "\"key\"");
        hook.says(403, "");
        assertThat(judge(stream, "right")).isPresent();
    }

    @Test
    void shouldAskThePoolsHookUnlessTheStreamHasItsOwn() {
        resources.putText("ns", "sign", "token", "secret");
        ofPool = new Webhook(poolHook.url().toString(), null, "5s", "0s");
        assertThat(judge(stream("{}", "{}"), "a")).isEmpty();
        assertThat(poolHook.asked()).hasSize(1);
        assertThat(judge(stream("{}", access()), "a")).isEmpty();
        assertThat(hook.asked()).hasSize(1);
        assertThat(poolHook.asked()).hasSize(1);
        assertThat(PushSettings.problem(stream("{}", "{}"), rules.settings())).isEmpty();
        ofPool = null;
        assertThat(judge(stream("{}", "{}"), "a")).contains(new Refused(Reason.FORBIDDEN, UNKNOWN));
        assertThat(PushSettings.problem(stream("{}", "{}"), rules.settings()).orElseThrow())
                .contains("or an authWebhook");
    }

    @Test
    void shouldSayWhatIsWrongWithAHook() {
        LiveStream stream = stream("{}", access());
        assertThatThrownBy(() -> rules.settings().find(stream)).hasMessage(
                "spec.access.authWebhook.secretRef.name: sign (expected: a Secret in namespace ns)");
        assertThat(judge(stream, "a").orElseThrow().reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(hook.asked()).as("never without a signature").isEmpty();
        resources.putText("ns", "sign", "other", "secret");
        assertThatThrownBy(() -> rules.settings().find(stream)).hasMessage(
                "spec.access.authWebhook.secretRef.name: sign (expected: a Secret with the key token)");
        assertThatThrownBy(
                () -> rules.settings().find(stream("{}", "{authWebhook: {url: \"http://a b?key=hidden\"}}")))
                .hasMessage("spec.access.authWebhook.url: cannot be read (expected: such as https://host/path)");
        assertThat(rules.settings().uses(stream, "sign")).isTrue();
        assertThat(rules.settings().uses(stream, "other")).isFalse();
    }
}
