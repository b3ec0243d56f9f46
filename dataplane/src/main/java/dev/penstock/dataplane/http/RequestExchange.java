package dev.penstock.dataplane.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * The exchange of one connection. Its facts are fixed at the start; the answering methods check on the calling thread that
 * they are the first, and go on on the connection's event loop, which alone touches the rest.
 */
final class RequestExchange implements Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(RequestExchange.class);

    private final ConnectionHandler connection;
    private final Channel channel;
    private final AnswerPlanner.Asked asked;
    private final RequestTarget target;
    private final Map<String, String> params;
    private final ByteBuf body;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final List<Runnable> onClose = new ArrayList<>();
    private final boolean streams;
    private volatile boolean takenOver;

    /**
     * @param body the request's body; the exchange takes ownership
     * @param streams whether the body comes later, piece by piece
     */
    RequestExchange(ConnectionHandler connection, Channel channel, AnswerPlanner.Asked asked, RequestTarget target,
            Map<String, String> params, ByteBuf body, boolean streams) {
        this.streams = streams;
        this.connection = connection;
        this.channel = channel;
        this.asked = asked;
        this.target = target;
        this.params = params;
        this.body = body;
    }

    AnswerPlanner.Asked asked() {
        return asked;
    }

    @Override
    public String method() {
        return asked.head() ? "GET" : asked.method();
    }

    @Override
    public boolean head() {
        return asked.head();
    }

    @Override
    public String path() {
        return target.path();
    }

    @Override
    public String target() {
        return target.raw();
    }

    @Override
    public Iterable<Map.Entry<String, String>> requestHeaders() {
        return asked.headers();
    }

    @Override
    public String param(String name) {
        String value = params.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no {" + name + "} in the route's pattern");
        }
        return value;
    }

    @Override
    public Optional<String> query(String name) {
        List<String> values = target.query().get(name);
        return values == null ? Optional.empty() : Optional.of(values.getFirst());
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(asked.headers().get(name));
    }

    @Override
    public ByteBuf body() {
        return body;
    }

    @Override
    public boolean streams() {
        return streams;
    }

    @Override
    public BodyFlow receive(BodySink sink) {
        if (!streams) {
            throw new IllegalStateException("the body of " + path() + " is not streamed");
        }
        return connection.receive(this, sink);
    }

    @Override
    public String remoteAddress() {
        SocketAddress remote = channel.remoteAddress();
        return remote instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : String.valueOf(remote);
    }

    @Override
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    @Override
    public void onClose(Runnable action) {
        onLoop(() -> {
            if (channel.isActive()) {
                onClose.add(action);
            } else {
                action.run();
            }
        }, action);
    }

    @Override
    public void send(int status, String contentType, Map<String, String> headers, ByteBuf body) {
        if (!answered.compareAndSet(false, true)) {
            body.release();
            throw new IllegalStateException("a second answer to " + path());
        }
        answer(new Answer.Bytes(status, contentType, headers, body));
    }

    @Override
    public void send(int status, String contentType, Map<String, String> headers, String body) {
        TextBody text = TextBody.of(body, headers, asked.headers());
        send(status, contentType, text.headers(), text.bytes());
    }

    @Override
    public void send(String contentType, Map<String, String> headers, PulledBody body) {
        if (!answered.compareAndSet(false, true)) {
            body.close();
            throw new IllegalStateException("a second answer to " + path());
        }
        answer(new Answer.Pulled(contentType, headers, body));
    }

    @Override
    public void fail(HttpError error) {
        fail(error, error.headers());
    }

    void fail(HttpError error, Map<String, String> headers) {
        claim();
        answer(error(error, headers));
    }

    /** Answers with an error, unless an answer is under way already. */
    void failUnlessAnswered(HttpError error) {
        if (answered.compareAndSet(false, true)) {
            answer(error(error, error.headers()));
        }
    }

    /** The handler threw: answers 500 without details, unless an answer is under way already. */
    void crashed(Throwable cause) {
        LOG.atError().addKeyValue(LogKeys.PATH, ShownPath.of(path())).setCause(cause).log("Request handler failed");
        if (answered.compareAndSet(false, true)) {
            answer(internalError());
        } else if (takenOver) {
            // Nobody is left who would end it.
            channel.close();
        }
    }

    /** What a client sees of a fault of ours. */
    Answer internalError() {
        return error(new HttpError(500, "internal error"), Map.of());
    }

    private Answer error(HttpError error, Map<String, String> headers) {
        ErrorPage page = ErrorPage.of(error.status(), error.getMessage(), asked.headers());
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.put("Cache-Control", "no-store");
        all.putAll(headers);
        TextBody text = TextBody.of(page.text(), all, asked.headers());
        return new Answer.Bytes(error.status(), page.contentType(), text.headers(), text.bytes());
    }

    @Override
    public void sendFile(String contentType, Map<String, String> headers, Path file) {
        claim();
        Thread.ofVirtual().name("http-open").start(() -> answer(open(contentType, headers, file)));
    }

    /** Opens the file: on a virtual thread, since a disk may take its time. */
    private Answer open(String contentType, Map<String, String> headers, Path file) {
        FileChannel opened = null;
        try {
            BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
            if (!facts.isRegularFile()) {
                throw new NoSuchFileException(file.toString());
            }
            opened = FileChannel.open(file);
            Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            all.put("Last-Modified", AnswerPlanner.date(facts.lastModifiedTime().toInstant()));
            all.putAll(headers);
            return new Answer.OpenFile(contentType, all, opened, opened.size());
        } catch (IOException e) {
            if (!(e instanceof NoSuchFileException)) {
                LOG.atWarn().addKeyValue(LogKeys.FILE, file).setCause(e).log("File cannot be served");
            }
            close(opened);
            return error(new HttpError(404, "not found"), Map.of());
        }
    }

    private static void close(FileChannel file) {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("File cannot be closed");
            }
        }
    }

    @Override
    public Optional<Channel> takeOver(String contentType, Map<String, String> headers) {
        claim();
        if (head()) {
            answer(new Answer.Bytes(200, contentType, headers, Unpooled.EMPTY_BUFFER));
            return Optional.empty();
        }
        takenOver = true;
        onLoop(() -> connection.takeOver(this, contentType, headers), this::drop);
        return Optional.of(channel);
    }

    @Override
    public AnswerBody pass(int status, Map<String, String> headers, Runnable writable) {
        claim();
        return connection.pass(this, status, headers, writable);
    }

    @Override
    public AnswerBody stream(String contentType, Map<String, String> headers, Runnable writable) {
        claim();
        return connection.stream(this, contentType, headers, writable);
    }

    /** The connection has closed, or was handed over and its new owner's turn has ended: event loop only. */
    void closed() {
        List<Runnable> actions = List.copyOf(onClose);
        onClose.clear();
        for (Runnable action : actions) {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.atError().addKeyValue(LogKeys.PATH, ShownPath.of(path())).setCause(e).log("Close action failed");
            }
        }
    }

    /** The answer is written: gives back what the exchange holds. Event loop only. */
    void finished() {
        onClose.clear();
        drop();
    }

    /** Gives back the request's body. */
    void drop() {
        if (body.refCnt() > 0) {
            body.release();
        }
    }

    private void claim() {
        if (!answered.compareAndSet(false, true)) {
            throw new IllegalStateException("a second answer to " + path());
        }
    }

    private void answer(Answer answer) {
        onLoop(() -> connection.answer(this, answer), () -> {
            answer.release();
            drop();
        });
    }

    private void onLoop(Runnable task, Runnable orElse) {
        if (channel.eventLoop().inEventLoop()) {
            task.run();
            return;
        }
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            // The server has stopped: nobody waits for this answer.
            orElse.run();
        }
    }
}
