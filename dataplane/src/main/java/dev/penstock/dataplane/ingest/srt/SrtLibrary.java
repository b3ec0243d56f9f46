package dev.penstock.dataplane.ingest.srt;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * The functions of libsrt 1.5 that we call (its {@code srt.h}), with Java's types. Loaded once for the process and never unloaded.
 * libsrt keeps the last error per thread: a function and the question why it failed belong on one platform thread.
 */
// Restricted is what calls native code; this class is there to do that, and nobody else does.
@SuppressWarnings("restricted")
final class SrtLibrary {
    /** {@code SRT_SOCKOPT}. */
    static final int RCVSYN = 2;
    static final int SNDSYN = 1;
    static final int RCVBUF = 6;
    static final int PASSPHRASE = 26;
    static final int CONNTIMEO = 36;
    static final int LATENCY = 23;
    static final int STREAMID = 46;
    static final int IPV6ONLY = 54;
    /** {@code SRT_EPOLL_OPT}. */
    static final int IN = 1;
    static final int OUT = 4;
    static final int ERR = 8;
    /** A socket that reports events: descriptor and events, two ints. */
    static final int EVENT_BYTES = 8;
    /** Most bytes of a message in live mode (SRT_LIVE_MAX_PLSIZE). */
    static final int MAX_MESSAGE = 1456;

    private static final Logger LOG = LoggerFactory.getLogger(SrtLibrary.class);
    private static final List<String> NAMES = List.of("libsrt.so.1.5", "libsrt-gnutls.so.1.5");
    private static final String MISSING = "SRT needs libsrt 1.5, which cannot be loaded here"
            + " (expected: the Debian package libsrt1.5-openssl)";
    private static final int ASYNC_RECEIVE = 6002;
    private static final int ASYNC_SEND = 6001;
    private static final int LOG_CRITICAL = 2;
    private static final int MAX_STREAM_ID = 512;

    private final Linker linker = Linker.nativeLinker();
    private final SymbolLookup symbols;
    private final MethodHandle receive;
    private final MethodHandle send;
    private final MethodHandle wait;
    private final MethodHandle lastError;
    private final MemorySegment stub;
    private final ConcurrentMap<Long, Hook> hooks = new ConcurrentHashMap<>();
    private final ConcurrentMap<Integer, Long> listening = new ConcurrentHashMap<>();
    private final AtomicLong hookIds = new AtomicLong();

    /** Judges who calls, before the connection is made. On libsrt's receiver thread, which serves all connections of the port. */
    interface Hook {
        /**
         * May somebody in?
         *
         * @param socket the connection to be; only {@link #rejectReason} may be called with it, and its passphrase set
         * @param streamId what the caller asks for, at most 512 bytes
         */
        boolean admits(int socket, InetSocketAddress remote, String streamId);
    }

    /** The library, or why there is none; found at the first use. */
    private static final class Loaded {
        private static final Object RESULT = load();

        private static Object load() {
            try {
                return open(NAMES);
            } catch (SrtUnavailableException e) {
                return String.valueOf(e.getMessage());
            }
        }
    }

    private SrtLibrary(SymbolLookup symbols) throws SrtUnavailableException {
        this.symbols = symbols;
        receive = bind("srt_recvmsg", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
        send = bind("srt_send", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
        wait = bind("srt_epoll_uwait", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG);
        lastError = bind("srt_getlasterror", JAVA_INT, ADDRESS);
        try {
            MethodHandle hook = MethodHandles.lookup().bind(this, "hook", MethodType.methodType(int.class,
                    MemorySegment.class, int.class, int.class, MemorySegment.class, MemorySegment.class));
            stub = linker.upcallStub(hook,
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS), Arena.global());
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        call("srt_startup");
        call("srt_setloglevel", LOG_CRITICAL);
    }

    /**
     * The library of this process.
     *
     * @throws SrtUnavailableException when it is not installed; the message names the package
     */
    static SrtLibrary get() throws SrtUnavailableException {
        if (Loaded.RESULT instanceof SrtLibrary library) {
            return library;
        }
        throw new SrtUnavailableException(Loaded.RESULT.toString());
    }

    static SrtLibrary open(List<String> names) throws SrtUnavailableException {
        for (String name : names) {
            try {
                return new SrtLibrary(SymbolLookup.libraryLookup(name, Arena.global()));
            } catch (IllegalArgumentException e) {
                LOG.atDebug().setCause(e).log("A library of this name cannot be loaded");
            }
        }
        throw new SrtUnavailableException(MISSING);
    }

    /** A new socket. */
    int socket() throws SrtException {
        return check(call("srt_create_socket"));
    }

    /** Sets an option that is a number. */
    void option(int socket, int option, int value) throws SrtException {
        try (Arena arena = Arena.ofConfined()) {
            check(call("srt_setsockflag", socket, option, arena.allocateFrom(JAVA_INT, value), Integer.BYTES));
        }
    }

    /** Sets an option that is a text. */
    void option(int socket, int option, String value) throws SrtException {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            check(call("srt_setsockflag", socket, option, arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes),
                    bytes.length));
        }
    }

    /** Binds and listens; the hook is asked about each who calls until the socket is closed. */
    void listen(int socket, InetSocketAddress address, int backlog, Hook hook) throws SrtException {
        long id = hookIds.incrementAndGet();
        hooks.put(id, hook);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = SocketAddresses.write(address, arena);
            check(call("srt_bind", socket, name, (int) name.byteSize()));
            check(call("srt_listen_callback", socket, stub, MemorySegment.ofAddress(id)));
            check(call("srt_listen", socket, backlog));
        } catch (SrtException e) {
            hooks.remove(id);
            throw e;
        }
        listening.put(socket, id);
    }

    /** Takes the next connection; -1 when there is none. */
    int accept(int socket) {
        return call("srt_accept", socket, MemorySegment.NULL, MemorySegment.NULL);
    }

    /** Begins to connect; OUT or ERR tells what became of it. */
    void connect(int socket, InetSocketAddress address) throws SrtException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = SocketAddresses.write(address, arena);
            check(call("srt_connect", socket, name, (int) name.byteSize()));
        }
    }

    /** Where a socket is bound. */
    InetSocketAddress local(int socket) throws SrtException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(SocketAddresses.MAX_BYTES);
            check(call("srt_getsockname", socket, name,
                    arena.allocateFrom(JAVA_INT, (int) SocketAddresses.MAX_BYTES)));
            return SocketAddresses.read(name);
        }
    }

    /** Closes; when it returns the hook of a listener is not called any more. */
    void close(int socket) {
        call("srt_close", socket);
        Long id = listening.remove(socket);
        if (id != null) {
            hooks.remove(id);
        }
    }

    /**
     * Reads one message.
     *
     * @param into at least {@link #MAX_MESSAGE} bytes
     * @return its length; 0 when there is none now
     * @throws SrtException when the connection is over
     */
    int receive(int socket, MemorySegment into) throws SrtException {
        int read;
        try {
            read = (int) receive.invokeExact(socket, into, MAX_MESSAGE);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        return read >= 0 ? read : again(ASYNC_RECEIVE);
    }

    /**
     * Sends one message.
     *
     * @return 0 when there is no room now
     * @throws SrtException when the connection is over
     */
    int send(int socket, MemorySegment message, int bytes) throws SrtException {
        int sent;
        try {
            sent = (int) send.invokeExact(socket, message, bytes);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        return sent >= 0 ? sent : again(ASYNC_SEND);
    }

    private int again(int error) throws SrtException {
        if (error() == error) {
            return 0;
        }
        throw new SrtException(message());
    }

    /** A new set of sockets to watch. */
    int epoll() throws SrtException {
        return check(call("srt_epoll_create"));
    }

    /** Watches a socket, or watches it for other events. */
    void watch(int epoll, int socket, int events, boolean again) throws SrtException {
        try (Arena arena = Arena.ofConfined()) {
            check(call(again ? "srt_epoll_update_usock" : "srt_epoll_add_usock", epoll, socket,
                    arena.allocateFrom(JAVA_INT, events)));
        }
    }

    /** Watches a socket no more. */
    void unwatch(int epoll, int socket) {
        call("srt_epoll_remove_usock", epoll, socket);
    }

    /**
     * Which sockets have something to tell now; does not wait.
     *
     * @param into room for the sockets, {@link #EVENT_BYTES} each
     * @return how many of them there are
     */
    int ready(int epoll, MemorySegment into) {
        int capacity = (int) (into.byteSize() / EVENT_BYTES);
        try {
            return Math.min(capacity, (int) wait.invokeExact(epoll, into, capacity, 0L));
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Says why somebody is not let in: the caller gets the number. */
    void rejectReason(int socket, int reason) {
        call("srt_setrejectreason", socket, reason);
    }

    /** Why a connection was not made. */
    int rejectReason(int socket) {
        return call("srt_getrejectreason", socket);
    }

    /** Ends libsrt: all sockets are closed, its threads ended. Blocks. */
    void cleanUp() {
        call("srt_cleanup");
    }

    /** Called by libsrt. Whatever happens, an exception must not leave: it would end the process. */
    @SuppressWarnings("UnusedMethod")
    private int hook(MemorySegment id, int socket, int version, MemorySegment peer, MemorySegment streamId) {
        try {
            Hook hook = hooks.get(id.address());
            if (hook == null || version < 5) {
                return -1;
            }
            InetSocketAddress remote = SocketAddresses.read(peer.reinterpret(SocketAddresses.MAX_BYTES));
            return hook.admits(socket, remote, text(streamId, MAX_STREAM_ID)) ? 0 : -1;
        } catch (Throwable e) {
            LOG.atError().setCause(e).log("Publisher not checked");
            return -1;
        }
    }

    private static String text(MemorySegment pointer, int limit) {
        if (pointer.address() == 0) {
            return "";
        }
        MemorySegment bytes = pointer.reinterpret(limit + 1L);
        int length = 0;
        while (length < limit && bytes.get(ValueLayout.JAVA_BYTE, length) != 0) {
            length++;
        }
        return new String(bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private int error() {
        try {
            return (int) lastError.invokeExact(MemorySegment.NULL);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private String message() {
        try {
            MemorySegment text = (MemorySegment) bind("srt_getlasterror_str", ADDRESS).invokeExact();
            return text(text, MAX_STREAM_ID).strip();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private int check(int result) throws SrtException {
        if (result < 0) {
            throw new SrtException(message());
        }
        return result;
    }

    /** Calls a function that returns an int; for those that are not called often. */
    private int call(String name, Object... arguments) {
        MemoryLayout[] layouts = new MemoryLayout[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            layouts[i] = arguments[i] instanceof Integer ? JAVA_INT : ADDRESS;
        }
        try {
            return (int) bind(name, JAVA_INT, layouts).invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments)
            throws SrtUnavailableException {
        MemorySegment symbol = symbols.find(name)
                .orElseThrow(() -> new SrtUnavailableException(MISSING + ": it has no " + name));
        return linker.downcallHandle(symbol, FunctionDescriptor.of(result, arguments));
    }
}
