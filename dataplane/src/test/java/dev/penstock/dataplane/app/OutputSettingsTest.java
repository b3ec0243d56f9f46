package dev.penstock.dataplane.app;

import java.util.List;

import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.dataplane.push.PushPlan;

import static org.assertj.core.api.Assertions.assertThat;

class OutputSettingsTest {
    private final FakeResources resources = new FakeResources();

    private static LiveStream stream(String push) {
        return Serialization.unmarshal("""
                metadata: {namespace: ns, name: cam}
                spec: {source: {pull: {urls: [{url: "http://cam/1.ts"}]}}, outputs: {push: %s}}
                """.formatted(push), LiveStream.class);
    }

    @Test
    void shouldSayWhichSecretIsMissingOrEmptyAndSendToTheOthers() {
        resources.putText("ns", "empty", "something", "else");
        resources.putText("ns", "good", "key", "secret-key\n");
        LiveStream stream = stream(
                """
                        [{name: a, url: "http://h/a", secretRef: {name: none}}, {name: b, url: "http://h/b", secretRef: {name: empty}},
                         {name: c, url: "http://h/c", secretRef: {name: good}}, {name: d, url: "http://h/d"}]""");
        assertThat(OutputSettings.secrets(stream)).containsExactly("empty", "good", "none");
        List<PushPlan> plans = OutputSettings.of(stream, resources);
        assertThat(((PushPlan.Refused) plans.get(0)).problem())
                .isEqualTo("spec.outputs.push[0].secretRef.name: none (expected: a Secret in namespace ns)");
        assertThat(((PushPlan.Refused) plans.get(1)).problem())
                .startsWith("spec.outputs.push[1].secretRef.name: empty");
        assertThat(((PushPlan.Send) plans.get(2)).credentials().key()).isEqualTo("secret-key");
        assertThat(plans.get(3)).isInstanceOf(PushPlan.Send.class);
        assertThat(plans.toString()).doesNotContain("secret-key");
    }

    @Test
    void shouldSendNowhereWithoutServers() {
        assertThat(OutputSettings.of(stream("[]"), resources)).isEmpty();
    }
}
