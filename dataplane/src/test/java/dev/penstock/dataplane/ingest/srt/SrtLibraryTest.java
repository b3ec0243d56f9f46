package dev.penstock.dataplane.ingest.srt;

import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SrtLibraryTest {
    @Test
    void shouldNameThePackageWhenItIsMissing() {
        assertThatThrownBy(() -> SrtLibrary.open(List.of("libnothing.so.1", "libother.so.2")))
                .isInstanceOf(SrtUnavailableException.class)
                .hasMessage("SRT needs libsrt 1.5, which cannot be loaded here"
                        + " (expected: the Debian package libsrt1.5-openssl)");
    }

    @Test
    void shouldSayWhatIsNoLibsrt() {
        assertThatThrownBy(() -> SrtLibrary.open(List.of("libc.so.6")))
                .isInstanceOf(SrtUnavailableException.class).hasMessageContaining("libsrt1.5-openssl");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "255.1.2.128", "::1", "fe80::1", "2001:db8::ffff"})
    void shouldWriteAddressesAsTheKernelReadsThem(String host) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), 59_710);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(SocketAddresses.read(SocketAddresses.write(address, arena))).isEqualTo(address);
        }
    }
}
