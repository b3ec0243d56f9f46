package dev.penstock.dataplane.ingest.input;

import java.time.Duration;

import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * What every input needs.
 *
 * @param loop the stream's event loop
 * @param connectTimeout longest time to connect
 * @param maxRedirects HTTP redirects followed
 * @param maxHeaderBytes bytes of an HTTP answer's head
 * @param window buffers read by a blocking thread that may wait for the event loop
 * @param bufferBytes bytes of such a buffer
 * @param udpReceiveBytes the kernel's receive buffer asked for
 * @param killAfter time between SIGTERM and SIGKILL
 * @param waited called on the reading thread each time it has to wait for the event loop
 * @param proxy through which TCP goes; null for none
 */
public record InputSettings(EventLoop loop, Duration connectTimeout, int maxRedirects, int maxHeaderBytes, int window,
        int bufferBytes, int udpReceiveBytes, Duration killAfter, Runnable waited, @Nullable ProxyServer proxy) {}
