package dev.penstock.dataplane.app;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import dev.penstock.dataplane.access.TrustedProxies;

/** Reads {@code --trusted-proxies}. */
final class ProxyOption implements ITypeConverter<TrustedProxies> {
    @Override
    public TrustedProxies convert(String value) {
        try {
            return TrustedProxies.parse(value);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
