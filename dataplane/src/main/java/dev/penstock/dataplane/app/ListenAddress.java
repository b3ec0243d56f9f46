package dev.penstock.dataplane.app;

import java.net.InetSocketAddress;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 8080} or {@code 127.0.0.1:8080}. */
final class ListenAddress implements ITypeConverter<InetSocketAddress> {
    @Override
    public InetSocketAddress convert(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port >= 0 && port <= 65_535) {
                return colon < 0 ? new InetSocketAddress(port) : new InetSocketAddress(text.substring(0, colon), port);
            }
        } catch (NumberFormatException e) {
            // Answered below, as for a port out of range.
        }
        throw new TypeConversionException(text + " (expected: a port such as 8080, or address:port)");
    }
}
