package dev.penstock.dataplane.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.app.PublishAddresses.Chosen;
import dev.penstock.dataplane.http.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PublishListenersTest {
    private final Transport transport = Transport.open(1, "listeners");

    @AfterEach
    void close() {
        transport.group().shutdownGracefully();
    }

    @Test
    void shouldGoWithoutRtmpWhenTheUsualPortIsTakenButNotWhenItWasAskedFor() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress taken = (InetSocketAddress) other.getLocalSocketAddress();
            PublishListeners listeners = start(new Chosen(taken, false, null, null, null, null, null));
            assertThat(listeners.rtmp()).isNull();
            listeners.stop(Duration.ZERO).join();
            assertThatThrownBy(() -> start(new Chosen(taken, true, null, null, null, null, null)))
                    .isInstanceOf(IOException.class).hasMessageContaining("--rtmp: ")
                    .hasMessageContaining("(expected: a free address, or none)");
        }
    }

    private PublishListeners start(Chosen chosen) throws IOException {
        return PublishListeners.start(transport, chosen, (request, verdict) -> {}, new SimpleMeterRegistry());
    }
}
