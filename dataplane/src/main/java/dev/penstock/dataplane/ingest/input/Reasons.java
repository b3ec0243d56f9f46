package dev.penstock.dataplane.ingest.input;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

import javax.net.ssl.SSLException;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.proxy.ProxyConnectException;

/** Why a connection or a file failed, for a person: no addresses of classes, no secrets. */
public final class Reasons {
    private Reasons() {}

    /** One line, lower case, to stand behind the source's name. */
    public static String of(Throwable failure) {
        String message = failure.getMessage() == null ? "" : failure.getMessage();
        return switch (failure) {
            case DecoderException e when e.getCause() != null -> of(e.getCause());
            case ConnectTimeoutException e -> "no answer to the connect";
            case UnknownHostException e -> "unknown host";
            case NoRouteToHostException e -> "no route to the host";
            case ProxyConnectException e ->
                "the proxy says no: " + firstLine(message.replaceFirst("^.* => [^,]*, ", ""));
            case ConnectException e when message.contains("refused") -> "connection refused";
            case NoSuchFileException e -> "no such file";
            case AccessDeniedException e -> "permission denied";
            case SSLException e -> "TLS failed: " + firstLine(message);
            case IOException e when message.contains("reset") -> "connection reset";
            case IOException e when message.contains("No such file") -> "no such file";
            case IOException e when message.contains("refused") -> "connection refused";
            default -> message.isEmpty() ? failure.getClass().getSimpleName() : firstLine(message);
        };
    }

    private static String firstLine(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() > 200 ? line.substring(0, 200) : line;
    }
}
