package dev.penstock.dataplane.push;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PushPlannerTest {
    private static final Credentials KEY = new Credentials("secret-key", null, null, null);
    private static final Credentials LOGIN = new Credentials(null, "me", "secret-word", null);
    private static final Credentials PASSPHRASE = new Credentials(null, null, null, "secret-phrase");

    private static Credentials credentials(String kind) {
        return switch (kind) {
            case "key" -> KEY;
            case "login" -> LOGIN;
            case "passphrase" -> PASSPHRASE;
            case "both" -> new Credentials("secret-key", "me", "secret-word", null);
            default -> Credentials.NONE;
        };
    }

    @ParameterizedTest
    @CsvSource({"http://h/publish/a/b,key", "https://h:1/x?y=z,login", "http://h,none", "rtmp://h/live/a/b,key",
            "rtmp://h/app/,key", "rtmps://h/app/name,none"})
    void shouldTakeWhatCanBeTried(String url, String kind) {
        PushPlan plan = PushPlanner.plan("spec.outputs.push[0]", "a", url, credentials(kind));
        assertThat(plan).isInstanceOf(PushPlan.Send.class);
        assertThat(plan.toString()).doesNotContain("secret", "y=z");
    }

    @ParameterizedTest
    @CsvSource({"http://h/x,passphrase,a passphrase is for SRT", "http://h/x,both,both a key and a user",
            "rtmp://h/app/,none,no stream", "rtmp://h,key,no stream", "rtmp://h/a/b,login,RTMP takes neither",
            "srt://h,none,no port", "srt://h:1,login,SRT takes no user", "srt://h:1?mode=listener,none,mode=listener",
            "http://h:99999/x,none,port 99999"})
    void shouldSayWhatIsWrong(String url, String kind, String problem) {
        PushPlan plan = PushPlanner.plan("spec.outputs.push[3]", "a", url, credentials(kind));
        assertThat(plan).isInstanceOf(PushPlan.Refused.class);
        assertThat(((PushPlan.Refused) plan).problem()).startsWith("spec.outputs.push[3]").contains(problem)
                .contains("expected: ").doesNotContain("secret");
    }

    @Test
    void shouldShowNoSecretsOfAUrlWhoseSecretIsMissing() {
        PushPlan plan = PushPlanner.refused("a", "rtmp://h/a/b?token=secret", "no Secret");
        assertThat(plan.remote()).isEqualTo("rtmp://h/a/b");
        assertThat(plan.protocol()).isEqualTo(Protocol.RTMP);
    }
}
