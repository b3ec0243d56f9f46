package dev.penstock.api;

import java.time.Duration;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"2s, PT2S", "500ms, PT0.5S", "1h30m, PT1H30M", "1.5s, PT1.5S", "0s, PT0S", "0.001ms, PT0.000001S",
            "720h, PT720H", "1m1m, PT2M", "2m3ms, PT2M0.003S"})
    void shouldRead(String text, Duration expected) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "s", "2 s", "-1s", "+1s", "1d", "1.s", ".5s", "1e3s", "2S", "1.2345s", "2s\n",
            "1000000000h", "1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s"})
    void shouldNameTheTextWhenItIsNotADuration(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(text))
                .withMessage(text + " (expected: a duration such as 500ms, 2s or 1h30m)");
    }

    @Property
    void shouldReadWhatItWrites(@ForAll @LongRange(min = 0, max = 3_599_999_999_999L) long millis) {
        Duration duration = Duration.ofMillis(millis);

        assertThat(Durations.parse(Durations.format(duration))).isEqualTo(duration);
    }
}
