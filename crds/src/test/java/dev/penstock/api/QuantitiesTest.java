package dev.penstock.api;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "1000, 1000", "2500k, 2500000", "1.5M, 1500000", "3G, 3000000000", "1Ki, 1024",
            "10Gi, 10737418240", "0.001, 1", "1Ti, 1099511627776", "2T, 2000000000000"})
    void shouldRead(String text, long expected) {
        assertThat(Quantities.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "1K", "1ki", "-1", "1 k", "1e3", "1.k", "1Kib", "1000000000000", "1k\n"})
    void shouldNameTheTextWhenItIsNotAQuantity(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Quantities.parse(text))
                .withMessage(text + " (expected: a quantity such as 10Gi or 2500k)");
    }

    @ParameterizedTest
    @ValueSource(strings = "999999999999Ti")
    void shouldSayTheBoundWhenItIsTooLarge(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Quantities.parse(text)).withMessageContaining("8192Pi");
    }
}
