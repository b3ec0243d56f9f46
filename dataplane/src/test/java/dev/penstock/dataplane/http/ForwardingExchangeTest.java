package dev.penstock.dataplane.http;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ForwardingExchangeTest {
    @Test
    void shouldForwardEveryMethodThatAnExchangeHas() {
        assertThat(Exchange.class.getMethods()).filteredOn(method -> !Modifier.isStatic(method.getModifiers()))
                .allSatisfy(method -> assertThat(declares(method)).as(method.toString()).isTrue());
    }

    private static boolean declares(Method method) {
        try {
            return ForwardingExchange.class.getDeclaredMethod(method.getName(), method.getParameterTypes()) != null;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }
}
