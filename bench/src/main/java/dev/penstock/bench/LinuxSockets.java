package dev.penstock.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/**
 * The socket calls of Linux that a load client needs and Java does not offer: reading that throws the bytes away in the
 * kernel ({@code MSG_TRUNC}, tcp(7)), so that the client does not limit what is measured. One thread.
 */
final class LinuxSockets implements AutoCloseable {
    /** Something to read, an error, or the end. */
    static final int READABLE = 1;
    /** The connection is gone. */
    static final int GONE = 8 | 16;

    private static final int MAX_EVENTS = 1024;
    private static final int SCRATCH = 1 << 20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_TRUNC = 0x20;
    /** The kernel packs struct epoll_event on x86-64 only. */
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");
    private static final int EVENT_BYTES = PACKED ? 12 : 16;
    private static final int DATA_OFFSET = PACKED ? 4 : 8;
    private static final ValueLayout.OfLong UNALIGNED_LONG = JAVA_LONG.withByteAlignment(1);

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment events = arena.allocate((long) MAX_EVENTS * EVENT_BYTES, 8);
    private final MemorySegment event = arena.allocate(16, 8);
    private final MemorySegment address = arena.allocate(16, 8);
    private final MemorySegment scratch = arena.allocate(SCRATCH, 64);
    private final MethodHandle socket = call("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private final MethodHandle connect = call("connect", JAVA_INT, ADDRESS, JAVA_INT);
    private final MethodHandle send = sized("send");
    private final MethodHandle recv = sized("recv");
    private final MethodHandle close = call("close", JAVA_INT);
    private final MethodHandle epollCtl = call("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private final MethodHandle epollWait = call("epoll_wait", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private final int epoll;

    LinuxSockets() {
        epoll = invoke(call("epoll_create1", JAVA_INT), 0);
    }

    private static MethodHandle call(String name, ValueLayout... arguments) {
        return handle(name, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static MethodHandle sized(String name) {
        return handle(name, FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), type);
    }

    /** A connection to a port of this machine, with a request sent. */
    int request(int port, String request) {
        int fd = invoke(socket, 2, 1, 0);
        address.set(JAVA_SHORT, 0, (short) 2);
        address.set(JAVA_SHORT, 2, Short.reverseBytes((short) port));
        address.set(JAVA_INT, 4, Integer.reverseBytes(0x7f000001));
        try {
            if (fd < 0 || (int) connect.invokeExact(fd, address, 16) < 0) {
                throw new IllegalStateException("no connection to 127.0.0.1:" + port);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        ask(fd, request);
        return fd;
    }

    /** Sends a request on a connection. */
    void ask(int fd, String request) {
        byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(bytes, 0, scratch, JAVA_BYTE, 0, bytes.length);
        try {
            if ((long) send.invokeExact(fd, scratch, (long) bytes.length, 0) != bytes.length) {
                throw new IllegalStateException("a request was not taken");
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asks to be told of a connection; {@code token} names it then. */
    void watch(int fd, int token) {
        event.set(JAVA_INT, 0, READABLE);
        event.set(UNALIGNED_LONG, DATA_OFFSET, token);
        control(1, fd);
    }

    /** No longer hears of a connection. */
    void unwatch(int fd) {
        control(2, fd);
    }

    private void control(int operation, int fd) {
        try {
            if ((int) epollCtl.invokeExact(epoll, operation, fd, event) < 0) {
                throw new IllegalStateException("epoll_ctl refused a connection");
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for connections with something to read; how many there are. */
    int await(int millis) {
        try {
            return Math.max(0, (int) epollWait.invokeExact(epoll, events, MAX_EVENTS, millis));
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Token of the n-th connection that {@link #await} found. */
    int token(int n) {
        return (int) events.get(UNALIGNED_LONG, (long) n * EVENT_BYTES + DATA_OFFSET);
    }

    /** Whether the n-th connection that {@link #await} found is gone. */
    boolean gone(int n) {
        return (events.get(JAVA_INT.withByteAlignment(1), (long) n * EVENT_BYTES) & GONE) != 0;
    }

    /** Throws away what has come; how many bytes, 0 at the end, below 0 for none. */
    long discard(int fd) {
        return receive(fd, MSG_DONTWAIT | MSG_TRUNC);
    }

    /** Reads what has come into {@link #scratch}; how many bytes, 0 at the end, below 0 for none. */
    long read(int fd) {
        return receive(fd, MSG_DONTWAIT);
    }

    private long receive(int fd, int flags) {
        try {
            return (long) recv.invokeExact(fd, scratch, (long) SCRATCH, flags);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** What {@link #read} has read; valid until the next call. */
    MemorySegment scratch() {
        return scratch;
    }

    void close(int fd) {
        invoke(close, fd);
    }

    private static int invoke(MethodHandle handle, Object... arguments) {
        try {
            return (int) handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        close(epoll);
        arena.close();
    }
}
